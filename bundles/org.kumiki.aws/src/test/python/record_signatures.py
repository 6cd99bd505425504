#!/usr/bin/env python3
"""Has botocore sign a range of requests with a key that exists nowhere, and prints them as JSON, one a line, for
VerifierTest.  usage: record_signatures.py > ../resources/org/kumiki/aws/signature/botocore.jsonl"""
import datetime
import json
from unittest import mock

import botocore
import botocore.auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

NOW = datetime.datetime(2026, 11, 23, 9, 30, 0, tzinfo=datetime.timezone.utc)
KEY = Credentials('AKIDEXAMPLE', 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY')


class FrozenDatetime(datetime.datetime):
    @classmethod
    def utcnow(cls):
        return NOW.replace(tzinfo=None)

    @classmethod
    def now(cls, tz=None):
        return NOW.astimezone(tz) if tz else NOW.replace(tzinfo=None)


def record(title, auth, method, url, headers=None, data=b'', params=None):
    request = AWSRequest(method=method, url=url, headers=headers or {}, data=data, params=params or {})
    auth.add_auth(request)
    sent = request.prepare()
    path = '/' + sent.url.split('/', 3)[3] if sent.url.count('/') > 2 else '/'
    path, _, query = path.partition('?')
    names = {name.lower(): value for name, value in sent.headers.items()}
    names.setdefault('host', sent.url.split('/')[2])
    body = sent.body or b''
    print(json.dumps({'title': title, 'method': sent.method, 'path': path, 'query': query,
                      'headers': {n: v.decode() if isinstance(v, bytes) else v for n, v in names.items()},
                      'body': body.decode() if isinstance(body, bytes) else body}))


FORM = {'Content-Type': 'application/x-www-form-urlencoded; charset=utf-8'}
ENDPOINT = 'http://127.0.0.1:7777'
with mock.patch.object(botocore.auth.datetime if hasattr(botocore.auth.datetime, 'datetime') else botocore.auth, 'datetime', FrozenDatetime), \
        mock.patch('botocore.auth.get_current_datetime', lambda *a, **k: NOW.replace(tzinfo=None), create=True), \
        mock.patch('botocore.auth.time.gmtime', lambda *a: NOW.timetuple()):
    v4 = lambda service='ec2': botocore.auth.SigV4Auth(KEY, service, 'us-east-1')
    record('form', v4(), 'POST', ENDPOINT + '/', FORM, b'Action=DescribeRegions&Version=2016-11-15')
    record('form with utf-8', v4(), 'POST', ENDPOINT + '/', FORM, 'Action=CreateTags&Tag.1.Value=%E7%B5%84%E6%9C%A8&Tag.1.Key=a+b'.encode())
    record('query', v4(), 'GET', ENDPOINT + '/?Version=2016-11-15&Action=DescribeRegions')
    record('query with odd characters', v4(), 'GET', ENDPOINT + '/?Action=x&b=%20%2F%2B~-_.&a=%E7%B5%84&empty=&none')
    record('a name given twice', v4(), 'GET', ENDPOINT + '/?a=2&a=1&Action=x')
    record('names of one beginning', v4(), 'GET', ENDPOINT + '/?ab=1&a=2&a-b=3&A=4')
    record('white space in a header', v4(), 'POST', ENDPOINT + '/', dict(FORM, **{'X-Amz-Meta': '  a   b  '}), b'Action=x')
    record('a path', v4(), 'GET', ENDPOINT + '/queues/./a/../b%20c//d/')
    record('no port', v4(), 'POST', 'http://ec2.example.org/', FORM, b'Action=x')
    record('default port', v4(), 'POST', 'http://ec2.example.org:80/', FORM, b'Action=x')
    record('another region and service', botocore.auth.SigV4Auth(KEY, 'monitoring', 'eu-north-1'), 'POST', ENDPOINT + '/', FORM, b'Action=x')
    record('s3 object', botocore.auth.S3SigV4Auth(KEY, 's3', 'us-east-1'), 'GET', ENDPOINT + '/bucket/a%20b%2Bc/./d~e//f')
    record('presigned', botocore.auth.SigV4QueryAuth(KEY, 'ec2', 'us-east-1', expires=600), 'GET', ENDPOINT + '/?Action=DescribeRegions&Version=2016-11-15')
    record('presigned for a week', botocore.auth.SigV4QueryAuth(KEY, 'ec2', 'us-east-1', expires=604800), 'GET', ENDPOINT + '/?Action=DescribeRegions')
    fields = {'Action': 'PutAttributes', 'DomainName': 'd', 'Attribute.1.Value': 'a b+c~*/=&', 'Attribute.10.Value': '組木', 'Attribute.2.Value': ''}
    v2 = botocore.auth.SigV2Auth(KEY)
    for method in ('POST', 'GET'):
        post = method == 'POST'
        record('version 2 ' + method, v2, method, ENDPOINT + '/', FORM if post else {}, dict(fields) if post else b'', {} if post else dict(fields))
