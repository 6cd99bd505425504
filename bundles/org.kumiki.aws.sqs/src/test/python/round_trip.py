#!/usr/bin/env python3
"""The other half of RoundTripTest: botocore, with its own model of SQS, in the protocol that it speaks.

For every operation it prints a line of JSON with a sample of the output for the façade's writer, and a sample of the input
as botocore sends it for the façade's reader. For every line that it gets back it compares: the output as botocore's own
parser reads it, and the input as the reader understood it."""
import base64
import json
import sys
from urllib.parse import urlencode

import botocore.parsers
import botocore.serialize
import botocore.session

SCALARS = {'integer': 7, 'long': 7, 'boolean': True, 'blob': b'bin'}
model = botocore.session.get_session().get_service_model('sqs')
protocol = model.metadata['protocol']


def sample(shape):
    if shape.type_name == 'structure':
        return {name: sample(member) for name, member in shape.members.items()}
    if shape.type_name == 'list':
        return [sample(shape.member)] * 2
    if shape.type_name == 'map':
        return {sample(shape.key): sample(shape.value)}
    if shape.type_name == 'string':
        return shape.metadata['enum'][-1] if shape.metadata.get('enum') else 'a&<b> 組'
    return SCALARS[shape.type_name]


def plain(value):
    """As JSON 1.0 writes it: blobs in base64."""
    if isinstance(value, dict):
        return {name: plain(each) for name, each in value.items()}
    if isinstance(value, list):
        return [plain(each) for each in value]
    return base64.b64encode(value).decode() if isinstance(value, bytes) else value


samples = {}
for name in model.operation_names:
    operation = model.operation_model(name)
    output = sample(operation.output_shape) if operation.output_shape else {}
    parameters = sample(operation.input_shape) if operation.input_shape else {}
    body = botocore.serialize.create_serializer(protocol, include_validation=False).serialize_to_request(parameters, operation)['body']
    if protocol == 'query':
        body = urlencode({key: value for key, value in body.items() if key not in ('Action', 'Version')})
    else:
        body = body.decode()
    samples[name] = (output, parameters)
    print(json.dumps({'operation': name, 'output': plain(output), 'protocol': protocol, 'body': body}), flush=True)
print('{}', flush=True)

wrong = []
for line in sys.stdin:
    answer = json.loads(line)
    name = answer['operation']
    output, parameters = samples.pop(name)
    shape = model.operation_model(name).output_shape
    parsed = botocore.parsers.create_parser(protocol).parse(
        {'body': answer['body'].encode(), 'headers': {}, 'status_code': 200, 'context': {}}, shape)
    parsed.pop('ResponseMetadata', None)
    if plain(parsed) != plain(output):
        wrong.append(f'{name} output: {plain(parsed)} for {plain(output)}')
    if answer['input'] != plain(parameters):
        wrong.append(f'{name} input: {answer["input"]} for {plain(parameters)}')
wrong += [f'{name} came not back' for name in samples]
print('\n'.join(wrong) if wrong else f'{protocol}: all {len(model.operation_names)} operations round-trip')
