#!/usr/bin/env python3
"""Walks through SQS as an application does, with whatever boto3 there is: it checks all digests itself.
usage: walk.py endpoint key secret"""
import json
import sys
import threading
import time

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

ENDPOINT, KEY, SECRET = sys.argv[1:4]
sqs = boto3.client('sqs', endpoint_url=ENDPOINT, region_name='us-east-1', aws_access_key_id=KEY, aws_secret_access_key=SECRET,
                   config=Config(retries={'max_attempts': 0}))


def refused(code, call, **arguments):
    try:
        call(**arguments)
    except ClientError as e:
        assert code in e.response['Error']['Code'], e
        assert e.response['Error']['Message'], e
        return
    raise AssertionError(f'not refused: {code}')


def queue(name, **attributes):
    return sqs.create_queue(QueueName=name, Attributes=attributes)['QueueUrl']


def get(url, **arguments):
    return sqs.receive_message(QueueUrl=url, **arguments).get('Messages', [])


def attribute(url, name):
    return sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[name])['Attributes'][name]


# Queues
url = queue('walk', VisibilityTimeout='20')
assert url.startswith(ENDPOINT + '/') and url.endswith('/walk'), url
assert queue('walk', VisibilityTimeout='20') == url
assert sqs.get_queue_url(QueueName='walk')['QueueUrl'] == url
refused('Queue', sqs.create_queue, QueueName='walk', Attributes={'VisibilityTimeout': '21'})
refused('NonExistentQueue', sqs.get_queue_url, QueueName='nowhere')
refused('InvalidParameterValue', sqs.create_queue, QueueName='no name')
refused('InvalidAttributeValue', sqs.set_queue_attributes, QueueUrl=url, Attributes={'DelaySeconds': '901'})
everything = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=['All'])['Attributes']
assert everything['VisibilityTimeout'] == '20' and everything['MaximumMessageSize'] == '1048576', everything
sqs.set_queue_attributes(QueueUrl=url, Attributes={'VisibilityTimeout': '30'})
assert attribute(url, 'VisibilityTimeout') == '30'
for number in range(3):
    queue(f'page-{number}')
pages = list(sqs.get_paginator('list_queues').paginate(QueueNamePrefix='page-', PaginationConfig={'PageSize': 2}))
assert [len(page['QueueUrls']) for page in pages] == [2, 1], pages
for number in range(3):
    sqs.delete_queue(QueueUrl=sqs.get_queue_url(QueueName=f'page-{number}')['QueueUrl'])
sqs.tag_queue(QueueUrl=url, Tags={'colour': 'blue', 'n': ''})
sqs.untag_queue(QueueUrl=url, TagKeys=['n'])
assert sqs.list_queue_tags(QueueUrl=url)['Tags'] == {'colour': 'blue'}
sqs.add_permission(QueueUrl=url, Label='friends', AWSAccountIds=['000000000009'], Actions=['SendMessage', 'ReceiveMessage'])
assert json.loads(attribute(url, 'Policy'))['Statement'][0]['Sid'] == 'friends'
sqs.remove_permission(QueueUrl=url, Label='friends')
assert 'Policy' not in sqs.get_queue_attributes(QueueUrl=url, AttributeNames=['All'])['Attributes']

# Messages
attributes = {'colour': {'DataType': 'String', 'StringValue': 'blau ü'}, 'size.of': {'DataType': 'Number.int', 'StringValue': '12'},
              'raw': {'DataType': 'Binary', 'BinaryValue': bytes(range(256))}}
trace = {'AWSTraceHeader': {'DataType': 'String', 'StringValue': 'Root=1-5759e988-bd862e3fe1be46a994272793'}}
body = 'a line\nand <&> "quotes" 組木 \U0001f333\r\ttab'
sent = sqs.send_message(QueueUrl=url, MessageBody=body, MessageAttributes=attributes, MessageSystemAttributes=trace)
message, = get(url, AttributeNames=['All'], MessageAttributeNames=['All'])
assert message['Body'] == body and message['MessageId'] == sent['MessageId']
assert message['MessageAttributes'] == attributes, message
assert message['MD5OfMessageAttributes'] == sent['MD5OfMessageAttributes']
assert message['Attributes']['ApproximateReceiveCount'] == '1' and 'AWSTraceHeader' in message['Attributes'], message
assert get(url) == []
sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=message['ReceiptHandle'], VisibilityTimeout=0)
message, = get(url, MessageAttributeNames=['size.*'], AttributeNames=['ApproximateReceiveCount'])
assert list(message['MessageAttributes']) == ['size.of'] and message['Attributes'] == {'ApproximateReceiveCount': '2'}, message
sqs.delete_message(QueueUrl=url, ReceiptHandle=message['ReceiptHandle'])
sqs.delete_message(QueueUrl=url, ReceiptHandle=message['ReceiptHandle'])
refused('ReceiptHandleIsInvalid', sqs.delete_message, QueueUrl=url, ReceiptHandle='nonsense')
refused('InvalidMessageContents', sqs.send_message, QueueUrl=url, MessageBody='bell \x07')
refused('InvalidParameterValue', get, url=url, MaxNumberOfMessages=11)

# Batches
entries = [{'Id': str(i), 'MessageBody': f'message {i}', 'MessageAttributes': attributes} for i in range(8)]
answer = sqs.send_message_batch(QueueUrl=url, Entries=entries + [{'Id': 'late', 'MessageBody': 'x', 'DelaySeconds': 901}])
assert [one['Id'] for one in answer['Successful']] == [str(i) for i in range(8)], answer
assert [one['Id'] for one in answer['Failed']] == ['late'] and answer['Failed'][0]['SenderFault'], answer
refused('BatchEntryIdsNotDistinct', sqs.send_message_batch, QueueUrl=url, Entries=entries[:1] * 2)
refused('TooManyEntriesInBatchRequest', sqs.send_message_batch, QueueUrl=url, Entries=[{'Id': str(i), 'MessageBody': 'x'} for i in range(11)])
refused('EmptyBatchRequest', sqs.send_message_batch, QueueUrl=url, Entries=[])
assert attribute(url, 'ApproximateNumberOfMessages') == '8'
received = []
while len(received) < 8:
    received += get(url, MaxNumberOfMessages=10, WaitTimeSeconds=5)
assert {one['Body'] for one in received} == {f'message {i}' for i in range(8)}
assert attribute(url, 'ApproximateNumberOfMessagesNotVisible') == '8'
handles = [{'Id': str(i), 'ReceiptHandle': one['ReceiptHandle']} for i, one in enumerate(received)]
answer = sqs.change_message_visibility_batch(QueueUrl=url, Entries=[dict(one, VisibilityTimeout=60) for one in handles])
assert len(answer['Successful']) == 8 and not answer.get('Failed'), answer
answer = sqs.delete_message_batch(QueueUrl=url, Entries=handles + [{'Id': 'bad', 'ReceiptHandle': 'nonsense'}])
assert len(answer['Successful']) == 8 and answer['Failed'][0]['Code'] == 'ReceiptHandleIsInvalid', answer

# Waiting
heard = []
listener = threading.Thread(target=lambda: heard.extend(get(url, WaitTimeSeconds=20)))
listener.start()
time.sleep(0.5)
assert not heard
sqs.send_message(QueueUrl=url, MessageBody='at last')
listener.join(10)
assert heard[0]['Body'] == 'at last', heard

# Groups
fifo = queue('walk.fifo', FifoQueue='true', ContentBasedDeduplication='true')
refused('MissingParameter', sqs.send_message, QueueUrl=fifo, MessageBody='x')
first = sqs.send_message(QueueUrl=fifo, MessageBody='one', MessageGroupId='a')
again = sqs.send_message(QueueUrl=fifo, MessageBody='one', MessageGroupId='a')
assert first['MessageId'] == again['MessageId'] and first['SequenceNumber'] == again['SequenceNumber']
second = sqs.send_message(QueueUrl=fifo, MessageBody='two', MessageGroupId='a', MessageDeduplicationId='2')
assert second['SequenceNumber'] > first['SequenceNumber']
sqs.send_message(QueueUrl=fifo, MessageBody='three', MessageGroupId='b')
one, = get(fifo, AttributeNames=['All'])
assert one['Body'] == 'one' and one['Attributes']['MessageGroupId'] == 'a' and one['Attributes']['SequenceNumber'] == first['SequenceNumber'], one
three, = get(fifo, MaxNumberOfMessages=10)
assert three['Body'] == 'three', three
sqs.delete_message(QueueUrl=fifo, ReceiptHandle=one['ReceiptHandle'])
two, = get(fifo, MaxNumberOfMessages=10)
assert two['Body'] == 'two', two

# Dead letters
dead = queue('dead')
dead_arn = attribute(dead, 'QueueArn')
policy = json.dumps({'deadLetterTargetArn': dead_arn, 'maxReceiveCount': 1})
live = queue('live', RedrivePolicy=policy, VisibilityTimeout='0')
assert json.loads(attribute(live, 'RedrivePolicy')) == json.loads(policy)
assert sqs.list_dead_letter_source_queues(QueueUrl=dead)['queueUrls'] == [live]
sqs.send_message(QueueUrl=live, MessageBody='poison')
assert get(live)[0]['Body'] == 'poison'
assert get(live) == []
buried = get(dead, VisibilityTimeout=0, WaitTimeSeconds=5, AttributeNames=['All'])
assert buried[0]['Body'] == 'poison' and buried[0]['Attributes']['DeadLetterQueueSourceArn'].endswith(':live'), buried
if hasattr(sqs, 'start_message_move_task'):
    refused('ResourceNotFound', sqs.start_message_move_task, SourceArn=dead_arn.replace('dead', 'nowhere'))
    refused('InvalidParameterValue', sqs.start_message_move_task, SourceArn=attribute(live, 'QueueArn'))
    handle = sqs.start_message_move_task(SourceArn=dead_arn, DestinationArn=attribute(live, 'QueueArn'), MaxNumberOfMessagesPerSecond=10)['TaskHandle']
    for attempt in range(100):
        task, = sqs.list_message_move_tasks(SourceArn=dead_arn)['Results']
        if task['Status'] != 'RUNNING':
            break
        time.sleep(0.1)
    assert task['Status'] == 'COMPLETED' and task['ApproximateNumberOfMessagesMoved'] == 1, task
    refused('ResourceNotFound', sqs.cancel_message_move_task, TaskHandle=handle)
    assert get(live)[0]['Body'] == 'poison'

# Sizes
small = queue('small', MaximumMessageSize='8192')
sqs.send_message(QueueUrl=small, MessageBody='x' * 8192)
refused('InvalidParameterValue', sqs.send_message, QueueUrl=small, MessageBody='x' * 8193)
refused('InvalidParameterValue', sqs.send_message, QueueUrl=small, MessageBody='ü' * 4097)
sqs.purge_queue(QueueUrl=small)
refused('PurgeQueueInProgress', sqs.purge_queue, QueueUrl=small)
large = '組' * (1048576 // 3)
sqs.send_message(QueueUrl=url, MessageBody=large)
assert get(url, WaitTimeSeconds=5)[0]['Body'] == large

for each in (url, fifo, live, dead, small):
    sqs.delete_queue(QueueUrl=each)
refused('NonExistentQueue', sqs.send_message, QueueUrl=url, MessageBody='x')
print('walked')
