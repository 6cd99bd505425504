"""Walks through S3 with boto3: python walk.py ENDPOINT KEY SECRET"""
import io
import os
import sys
import urllib.request

import boto3
import botocore.exceptions
from boto3.s3.transfer import TransferConfig
from botocore.config import Config

endpoint, key, secret = sys.argv[1].rstrip('/'), sys.argv[2], sys.argv[3]


def client(signature='s3v4'):
    return boto3.client('s3', endpoint_url=endpoint, region_name='us-east-1', aws_access_key_id=key, aws_secret_access_key=secret,
                        config=Config(signature_version=signature, s3={'addressing_style': 'path'}, retries={'max_attempts': 0}))


def refused(code, call, **arguments):
    try:
        call(**arguments)
    except botocore.exceptions.ClientError as e:
        assert e.response['Error']['Code'] == code, e
    else:
        raise AssertionError(f'{code} was expected')


big = os.urandom(12 * 1024 * 1024 + 1)

for signature in 's3v4', 's3':
    s3 = client(signature)
    bucket = 'walk-' + signature
    s3.create_bucket(Bucket=bucket)
    assert bucket in [b['Name'] for b in s3.list_buckets()['Buckets']]
    s3.head_bucket(Bucket=bucket)
    refused('404', s3.head_object, Bucket=bucket, Key='none')
    refused('NoSuchKey', s3.get_object, Bucket=bucket, Key='none')

    s3.put_object(Bucket=bucket, Key='dir/a b+c/é', Body=b'hello', Metadata={'colour': 'red'}, ContentType='text/plain', Tagging='x=1&y=2')
    got = s3.get_object(Bucket=bucket, Key='dir/a b+c/é')
    assert (got['Body'].read(), got['Metadata'], got['ContentType']) == (b'hello', {'colour': 'red'}, 'text/plain')
    assert s3.get_object(Bucket=bucket, Key='dir/a b+c/é', Range='bytes=1-2')['Body'].read() == b'el'
    refused('304', s3.get_object, Bucket=bucket, Key='dir/a b+c/é', IfNoneMatch=got['ETag'])

    s3.copy_object(Bucket=bucket, Key='copy', CopySource={'Bucket': bucket, 'Key': 'dir/a b+c/é'})
    assert s3.get_object(Bucket=bucket, Key='copy')['Metadata'] == {'colour': 'red'}

    for i in range(5):
        s3.put_object(Bucket=bucket, Key=f'list/{i}', Body=b'')
    assert [p['Prefix'] for p in s3.list_objects(Bucket=bucket, Delimiter='/')['CommonPrefixes']] == ['dir/', 'list/']

    if signature == 's3':  # of which old versions of boto3 sign queries twice
        s3.put_object(Bucket=bucket, Key='big', Body=big)
        assert s3.get_object(Bucket=bucket, Key='big')['Body'].read() == big
        continue
    pages = list(s3.get_paginator('list_objects_v2').paginate(Bucket=bucket, Prefix='list/', PaginationConfig={'PageSize': 2}))
    assert [o['Key'] for page in pages for o in page['Contents']] == [f'list/{i}' for i in range(5)] and len(pages) == 3
    assert len(s3.get_object_tagging(Bucket=bucket, Key='dir/a b+c/é')['TagSet']) == 2
    assert not s3.delete_objects(Bucket=bucket, Delete={'Objects': [{'Key': f'list/{i}'} for i in range(5)]}).get('Errors')
    s3.upload_fileobj(io.BytesIO(big), bucket, 'big', Config=TransferConfig(multipart_threshold=5 << 20, multipart_chunksize=5 << 20))
    out = io.BytesIO()
    s3.download_fileobj(bucket, 'big', out)
    assert out.getvalue() == big
    s3.copy({'Bucket': bucket, 'Key': 'big'}, bucket, 'big2', Config=TransferConfig(multipart_threshold=5 << 20, multipart_chunksize=5 << 20))
    assert s3.get_object(Bucket=bucket, Key='big2')['Body'].read() == big

for signature in 's3v4', 's3':
    s3 = client(signature)
    bucket = 'walk-' + signature
    for name in 'big', 'dir/a b+c/é':
        url = s3.generate_presigned_url('get_object', Params={'Bucket': bucket, 'Key': name}, ExpiresIn=60)
        assert urllib.request.urlopen(url).read() == (big if name == 'big' else b'hello')
    url = s3.generate_presigned_url('put_object', Params={'Bucket': bucket, 'Key': 'link'}, ExpiresIn=60)
    urllib.request.urlopen(urllib.request.Request(url, data=b'by link', method='PUT', headers={'Content-Type': ''})).read()
    assert s3.get_object(Bucket=bucket, Key='link')['Body'].read() == b'by link'

s3 = client()
bucket = 'walk-s3v4'
sse = {'SSECustomerAlgorithm': 'AES256', 'SSECustomerKey': '0' * 32}
s3.put_object(Bucket=bucket, Key='sealed', Body=big, **sse)
assert s3.get_object(Bucket=bucket, Key='sealed', Range='bytes=70000-200000', **sse)['Body'].read() == big[70000:200001]

s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={'Status': 'Enabled'})
first = s3.put_object(Bucket=bucket, Key='v', Body=b'1')['VersionId']
s3.put_object(Bucket=bucket, Key='v', Body=b'2')
assert s3.delete_object(Bucket=bucket, Key='v')['DeleteMarker']
assert s3.get_object(Bucket=bucket, Key='v', VersionId=first)['Body'].read() == b'1'
assert len(s3.list_object_versions(Bucket=bucket, Prefix='v')['Versions']) == 2

s3.put_bucket_cors(Bucket=bucket, CORSConfiguration={'CORSRules': [{'AllowedMethods': ['GET'], 'AllowedOrigins': ['https://*.example.org']}]})
ask = urllib.request.Request(f'{endpoint}/{bucket}/v', method='OPTIONS',
                             headers={'Origin': 'https://www.example.org', 'Access-Control-Request-Method': 'GET'})
assert urllib.request.urlopen(ask).headers['Access-Control-Allow-Origin'] == 'https://www.example.org'
s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={
    'Rules': [{'Status': 'Enabled', 'Filter': {'Prefix': 'tmp/'}, 'Expiration': {'Days': 1}}]})
assert s3.get_bucket_lifecycle_configuration(Bucket=bucket)['Rules'][0]['ID']

for bucket in 'walk-s3v4', 'walk-s3':
    listing = s3.list_object_versions(Bucket=bucket)
    for version in listing.get('Versions', []) + listing.get('DeleteMarkers', []):
        s3.delete_object(Bucket=bucket, Key=version['Key'], VersionId=version['VersionId'])
    s3.delete_bucket(Bucket=bucket)
print('walked')
