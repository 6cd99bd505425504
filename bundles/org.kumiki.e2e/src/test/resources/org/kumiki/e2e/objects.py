"""What an application would do with objects through boto3, whatever its age. Says what is not as it should be by an AssertionError."""
import hashlib
import io
import os
import urllib.request
import uuid

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

bucket = 'boto3-' + uuid.uuid4().hex[:8]
once = Config(retries={'max_attempts': 0}, signature_version='s3v4')
s3 = boto3.client('s3', endpoint_url=os.environ['AWS_ENDPOINT_URL'], config=once)


def refused(code, call, **arguments):
    try:
        call(**arguments)
    except ClientError as error:
        assert error.response['Error']['Code'] == code, error
    else:
        raise AssertionError(code + ' was expected')


def body(key, **arguments):
    return s3.get_object(Bucket=bucket, Key=key, **arguments)['Body'].read()


# A bucket
refused('404', s3.head_bucket, Bucket=bucket)
s3.create_bucket(Bucket=bucket)
assert bucket in [one['Name'] for one in s3.list_buckets()['Buckets']]

# A small object, with all that may be said of it
small = 'ünï <&> '.encode() * 100
key = 'docs/a b+ü&<é>.txt'
put = s3.put_object(Bucket=bucket, Key=key, Body=small, ContentType='text/x-test', CacheControl='no-cache', Metadata={'colour': 'blue'})
assert put['ETag'] == '"' + hashlib.md5(small).hexdigest() + '"', put
head = s3.head_object(Bucket=bucket, Key=key)
assert head['ContentLength'] == len(small) and head['ContentType'] == 'text/x-test' and head['CacheControl'] == 'no-cache', head
assert head['Metadata'] == {'colour': 'blue'}, head
assert body(key) == small
assert body(key, Range='bytes=10-19') == small[10:20]
assert body(key, Range='bytes=-7') == small[-7:]
assert body(key, IfMatch=put['ETag']) == small
refused('PreconditionFailed', s3.get_object, Bucket=bucket, Key=key, IfMatch='"0"')
refused('304', s3.get_object, Bucket=bucket, Key=key, IfNoneMatch=put['ETag'])
refused('InvalidRange', s3.get_object, Bucket=bucket, Key=key, Range='bytes=100000-')
refused('NoSuchKey', s3.get_object, Bucket=bucket, Key='docs/none')
s3.put_object(Bucket=bucket, Key='empty', Body=b'')
assert body('empty') == b''

# A large one, in parts
large = os.urandom(20 * 1024 * 1024)
s3.upload_fileobj(io.BytesIO(large), bucket, 'docs/large')
assert s3.head_object(Bucket=bucket, Key='docs/large')['ETag'].endswith('-3"')
again = io.BytesIO()
s3.download_fileobj(bucket, 'docs/large', again)
assert again.getvalue() == large
assert body('docs/large', Range='bytes=8388600-8388700') == large[8388600:8388701]

# An upload that is given up
upload = s3.create_multipart_upload(Bucket=bucket, Key='given up')['UploadId']
s3.upload_part(Bucket=bucket, Key='given up', UploadId=upload, PartNumber=1, Body=b'part')
assert [part['Size'] for part in s3.list_parts(Bucket=bucket, Key='given up', UploadId=upload)['Parts']] == [4]
assert [one['UploadId'] for one in s3.list_multipart_uploads(Bucket=bucket)['Uploads']] == [upload]
s3.abort_multipart_upload(Bucket=bucket, Key='given up', UploadId=upload)
refused('NoSuchUpload', s3.list_parts, Bucket=bucket, Key='given up', UploadId=upload)

# Copies
s3.copy_object(Bucket=bucket, Key='copies/one', CopySource={'Bucket': bucket, 'Key': key})
assert body('copies/one') == small and s3.head_object(Bucket=bucket, Key='copies/one')['Metadata'] == {'colour': 'blue'}
s3.copy({'Bucket': bucket, 'Key': 'docs/large'}, bucket, 'copies/large')
assert body('copies/large') == large

# Lists: by prefix, by folder, page by page, of both generations
for i in range(7):
    s3.put_object(Bucket=bucket, Key='many/%d' % i, Body=b'x')
assert [one['Key'] for one in s3.list_objects_v2(Bucket=bucket, Prefix='docs/')['Contents']] == sorted([key, 'docs/large'])
folders = s3.list_objects_v2(Bucket=bucket, Delimiter='/')
assert [one['Prefix'] for one in folders['CommonPrefixes']] == ['copies/', 'docs/', 'many/'], folders
assert [one['Key'] for one in folders['Contents']] == ['empty'], folders
for call in 'list_objects', 'list_objects_v2':
    pages = list(s3.get_paginator(call).paginate(Bucket=bucket, Prefix='many/', PaginationConfig={'PageSize': 3}))
    assert [one['Key'] for page in pages for one in page['Contents']] == ['many/%d' % i for i in range(7)], pages
    assert len(pages) == 3, pages

# Tags
s3.put_object_tagging(Bucket=bucket, Key='empty', Tagging={'TagSet': [{'Key': 'role', 'Value': 'none'}]})
assert s3.get_object_tagging(Bucket=bucket, Key='empty')['TagSet'] == [{'Key': 'role', 'Value': 'none'}]

# Somebody who has nothing but an address, signed for him
get = s3.generate_presigned_url('get_object', Params={'Bucket': bucket, 'Key': key})
assert urllib.request.urlopen(get).read() == small
put = s3.generate_presigned_url('put_object', Params={'Bucket': bucket, 'Key': 'given'})
assert urllib.request.urlopen(urllib.request.Request(put, data=b'given', method='PUT', headers={'Content-Type': ''})).status == 200
assert body('given') == b'given'

# Versions
s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={'Status': 'Enabled'})
one, two = [s3.put_object(Bucket=bucket, Key='changing', Body=text)['VersionId'] for text in (b'one', b'two')]
s3.delete_object(Bucket=bucket, Key='changing')
refused('NoSuchKey', s3.get_object, Bucket=bucket, Key='changing')
assert body('changing', VersionId=one) == b'one' and body('changing', VersionId=two) == b'two'

# The end
refused('BucketNotEmpty', s3.delete_bucket, Bucket=bucket)
found = s3.list_object_versions(Bucket=bucket)
every = [{'Key': each['Key'], 'VersionId': each['VersionId']} for each in found['Versions'] + found['DeleteMarkers']]
deleted = s3.delete_objects(Bucket=bucket, Delete={'Objects': every})
assert len(deleted['Deleted']) == len(every) and not deleted.get('Errors'), deleted
s3.delete_bucket(Bucket=bucket)
refused('NoSuchBucket', s3.list_objects_v2, Bucket=bucket)
print('boto3', boto3.__version__, 'is content')
