"""Walks through SimpleDB with boto3: python walk.py ENDPOINT KEY SECRET"""
import sys

import boto3
import botocore.exceptions
from botocore.config import Config

endpoint, key, secret = sys.argv[1].rstrip('/'), sys.argv[2], sys.argv[3]


def client(signature):
    return boto3.client('sdb', endpoint_url=endpoint, region_name='us-east-1', aws_access_key_id=key, aws_secret_access_key=secret,
                        config=Config(signature_version=signature, retries={'max_attempts': 0}))


def refused(code, call, **arguments):
    try:
        call(**arguments)
    except botocore.exceptions.ClientError as e:
        assert e.response['Error']['Code'] == code, e
    else:
        raise AssertionError(f'{code} was expected')


def pairs(**attributes):
    return [{'Name': name, 'Value': value, 'Replace': True} for name, value in attributes.items()]


for signature in 'v2', 'v4':
    sdb = client(signature)
    domain = 'walk-' + signature
    sdb.create_domain(DomainName=domain)
    assert domain in sdb.list_domains()['DomainNames']
    refused('NoSuchDomain', sdb.domain_metadata, DomainName='none')
    refused('InvalidParameterValue', sdb.create_domain, DomainName='a b')

    sdb.put_attributes(DomainName=domain, ItemName='é & <b>', Attributes=pairs(color='red', size='07') + [
        {'Name': 'color', 'Value': 'blue'}])
    got = sdb.get_attributes(DomainName=domain, ItemName='é & <b>', AttributeNames=['color'], ConsistentRead=True)['Attributes']
    assert [a['Value'] for a in got] == ['blue', 'red'], got
    refused('ConditionalCheckFailed', sdb.put_attributes, DomainName=domain, ItemName='é & <b>', Attributes=pairs(size='8'),
            Expected={'Name': 'size', 'Value': '8', 'Exists': True})
    refused('AttributeDoesNotExist', sdb.put_attributes, DomainName=domain, ItemName='new', Attributes=pairs(size='8'),
            Expected={'Name': 'size', 'Value': '8'})
    sdb.put_attributes(DomainName=domain, ItemName='é & <b>', Attributes=pairs(size='08'), Expected={'Name': 'size', 'Value': '07'})
    sdb.delete_attributes(DomainName=domain, ItemName='é & <b>', Attributes=[{'Name': 'color', 'Value': 'red'}])

    for batch in range(10):
        sdb.batch_put_attributes(DomainName=domain, Items=[
            {'Name': f'item{batch * 25 + i:03}', 'Attributes': pairs(n=f'{batch * 25 + i:03}', even=str(i % 2 == 0))} for i in range(25)])
    pages = list(sdb.get_paginator('select').paginate(SelectExpression=f"select n from `{domain}` where n > '009' order by n desc limit 50"))
    names = [item['Name'] for page in pages for item in page['Items']]
    assert len(pages) == 5 and names == [f'item{i:03}' for i in range(249, 9, -1)], names
    count = sdb.select(SelectExpression=f"select count(*) from `{domain}` where even = 'True'")['Items'][0]
    assert count['Attributes'] == [{'Name': 'Count', 'Value': '130'}], count
    refused('InvalidQueryExpression', sdb.select, SelectExpression='select * from')
    refused('InvalidNextToken', sdb.select, SelectExpression=f'select * from `{domain}`', NextToken='x')

    metadata = sdb.domain_metadata(DomainName=domain)
    assert metadata['ItemCount'] == 251 and metadata['AttributeNameCount'] == 4 and metadata['Timestamp'] > 0, metadata
    sdb.batch_delete_attributes(DomainName=domain, Items=[{'Name': f'item{i:03}'} for i in range(25)])
    assert sdb.domain_metadata(DomainName=domain)['ItemCount'] == 226
    sdb.delete_domain(DomainName=domain)
    assert domain not in sdb.list_domains().get('DomainNames', [])

for page in range(5):
    sdb.create_domain(DomainName=f'page-{page}')
assert [len(page['DomainNames']) for page in sdb.get_paginator('list_domains').paginate(PaginationConfig={'PageSize': 2})] == [2, 2, 1]
for page in range(5):
    sdb.delete_domain(DomainName=f'page-{page}')

print('walked')
