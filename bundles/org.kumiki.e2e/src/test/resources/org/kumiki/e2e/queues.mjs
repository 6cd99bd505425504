// What an application would do with queues through the SDK for JavaScript, which checks all digests itself. Says what is not as it should be by an
// AssertionError.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import {
    ChangeMessageVisibilityCommand, CreateQueueCommand, DeleteMessageBatchCommand, DeleteMessageCommand, DeleteQueueCommand,
    GetQueueAttributesCommand, GetQueueUrlCommand, ListQueuesCommand, QueueDoesNotExist, ReceiveMessageCommand, SendMessageBatchCommand,
    SendMessageCommand, SQSClient,
} from '@aws-sdk/client-sqs';

const sqs = new SQSClient({ endpoint: process.env.AWS_ENDPOINT_URL, region: 'us-east-1', maxAttempts: 1 });
const name = 'js-' + randomUUID();
const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: name, Attributes: { MaximumMessageSize: '8192' } }));
const receive = async (more) => (await sqs.send(new ReceiveMessageCommand({ QueueUrl, ...more }))).Messages ?? [];

assert.equal((await sqs.send(new GetQueueUrlCommand({ QueueName: name }))).QueueUrl, QueueUrl);
assert.deepEqual((await sqs.send(new ListQueuesCommand({ QueueNamePrefix: name }))).QueueUrls, [QueueUrl]);

const MessageAttributes = {
    colour: { DataType: 'String', StringValue: 'blau ü' },
    size: { DataType: 'Number', StringValue: '12' },
    raw: { DataType: 'Binary', BinaryValue: new Uint8Array([0, 1, 255]) },
};
const MessageBody = 'ünï <&> "quotes" 組木 🌳\n';
await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody, MessageAttributes }));
const [message] = await receive({ MessageAttributeNames: ['All'], MessageSystemAttributeNames: ['All'] });
assert.equal(message.Body, MessageBody);
assert.deepEqual(message.MessageAttributes.raw.BinaryValue, MessageAttributes.raw.BinaryValue);
assert.equal(message.Attributes.ApproximateReceiveCount, '1');
await sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle: message.ReceiptHandle, VisibilityTimeout: 0 }));
const [again] = await receive({ WaitTimeSeconds: 5 });
assert.equal(again.MessageId, message.MessageId);
await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: again.ReceiptHandle }));

// Whoever waits hears at once.
const waiting = receive({ WaitTimeSeconds: 20 });
const before = Date.now();
await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries: [{ Id: 'one', MessageBody: 'at last' }] }));
const heard = await waiting;
assert.equal(heard[0].Body, 'at last');
assert.ok(Date.now() - before < 15_000);
const deleted = await sqs.send(new DeleteMessageBatchCommand({
    QueueUrl, Entries: [{ Id: 'good', ReceiptHandle: heard[0].ReceiptHandle }, { Id: 'bad', ReceiptHandle: 'nonsense' }],
}));
assert.deepEqual(deleted.Successful.map((one) => one.Id), ['good']);
assert.deepEqual(deleted.Failed.map((one) => one.Code), ['ReceiptHandleIsInvalid']);

await assert.rejects(sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x'.repeat(8193) })), { name: 'InvalidParameterValue' });
const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['ApproximateNumberOfMessages'] }));
assert.deepEqual(Attributes, { ApproximateNumberOfMessages: '0' });
await sqs.send(new DeleteQueueCommand({ QueueUrl }));
await assert.rejects(sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x' })), QueueDoesNotExist);
console.log('the SDK for JavaScript is content');
