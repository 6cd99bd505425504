#!/usr/bin/env python3
"""The other half of RoundTripTest: botocore, driven by the same model.

For every operation it prints a line of JSON with a sample of the output for the façade's writer, and a sample of the input
as botocore sends it for the façade's reader. For every line that it gets back it compares: the output as botocore's own
parser reads it from the writer's XML, and the input as the reader understood it.  usage: round_trip.py service.json"""
import base64
import datetime
import json
import re
import sys
from urllib.parse import urlencode

import botocore.model
import botocore.parsers
import botocore.serialize

NOW = datetime.datetime(2026, 11, 23, 1, 2, 3, tzinfo=datetime.timezone.utc)
SCALARS = {'character': 'c', 'integer': 7, 'long': 7, 'float': 1.5, 'double': 1.5, 'boolean': True, 'timestamp': NOW, 'blob': b'bin'}


def number(shape):
    least, most = shape.metadata.get('min', 7), shape.metadata.get('max', 7)
    return max(min(7, most), least)


def matching(pattern):
    """A word of that pattern, or none: the models' patterns are Java's, and not all of them are Python's, too."""
    try:
        return next((word for word in ('abc', '1234', 'Ab0', 'abcdefghijklmnop') if re.fullmatch(pattern, word)), None)
    except re.error:
        return None


def text(shape):
    if shape.metadata.get('enum'):
        return shape.metadata['enum'][-1]
    if 'pattern' in shape.metadata:
        return matching(shape.metadata['pattern'])
    return 'a&<b> 組'.ljust(shape.metadata.get('min', 0), 'x')[:shape.metadata.get('max', 100)]


def sample(shape, path=()):
    kind = shape.type_name
    if kind == 'structure':
        if path.count(shape.name) > 1 or len(path) > 7:
            return {}
        members = {name: sample(member, path + (shape.name,)) for name, member in shape.members.items()}
        return {name: value for name, value in members.items() if value not in (None, {}, [])}
    if kind == 'list':
        one = sample(shape.member, path)
        return [] if one in (None, {}, []) else [one] * max(2, shape.metadata.get('min', 0))
    if kind == 'map':
        return {text(shape.key): sample(shape.value, path)}
    if kind == 'string':
        return text(shape)
    return number(shape) if kind in ('integer', 'long') else SCALARS[kind]


def plain(value):
    """As JSON 1.0 writes it: times in seconds, blobs in base64."""
    if isinstance(value, dict):
        return {name: plain(each) for name, each in value.items()}
    if isinstance(value, list):
        return [plain(each) for each in value]
    if isinstance(value, datetime.datetime):
        return int(value.timestamp())
    return base64.b64encode(value).decode() if isinstance(value, bytes) else value


def prune(value):
    if isinstance(value, dict):
        return {name: prune(each) for name, each in value.items() if prune(each) not in ({}, [], None)}
    if isinstance(value, list):
        return [prune(each) for each in value if prune(each) not in ({}, [], None)]
    return value


with open(sys.argv[1], encoding='utf-8') as file:
    raw = json.load(file)
for name, operation in raw['operations'].items():
    operation.update(name=name, http={'method': 'POST', 'requestUri': '/'})
    if raw['metadata']['protocol'] != 'ec2' and 'output' in operation:
        operation['output'].setdefault('resultWrapper', name + 'Result')
model = botocore.model.ServiceModel(raw, 'service')
protocol = raw['metadata']['protocol']
protocol = protocol if protocol in ('ec2', 'query') else 'query'
samples = {}
for name in model.operation_names:
    operation = model.operation_model(name)
    output = sample(operation.output_shape) if operation.output_shape else {}
    parameters = sample(operation.input_shape) if operation.input_shape else {}
    parameters.pop('DryRun', None)
    body = botocore.serialize.create_serializer(protocol, include_validation=False).serialize_to_request(parameters, operation)['body']
    body = {key: value for key, value in body.items() if key not in ('Action', 'Version')}
    samples[name] = (output, parameters)
    print(json.dumps({'operation': name, 'output': plain(output), 'form': urlencode(body)}), flush=True)
print('{}', flush=True)

wrong = []
for line in sys.stdin:
    answer = json.loads(line)
    name = answer['operation']
    output, parameters = samples.pop(name)
    shape = model.operation_model(name).output_shape
    parsed = botocore.parsers.create_parser(protocol).parse(
        {'body': answer['xml'].encode(), 'headers': {}, 'status_code': 200, 'context': {}}, shape)
    parsed.pop('ResponseMetadata', None)
    if prune(plain(parsed)) != prune(plain(output)):
        wrong.append(f'{name} output: {prune(plain(parsed))} for {prune(plain(output))}')
    if prune(answer['input']) != prune(plain(parameters)):
        wrong.append(f'{name} input: {prune(answer["input"])} for {prune(plain(parameters))}')
wrong += [f'{name} came not back' for name in samples]
print('\n'.join(wrong) if wrong else f'all {len(model.operation_names)} operations round-trip')
