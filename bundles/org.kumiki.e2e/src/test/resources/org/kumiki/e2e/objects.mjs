// What an application would do with objects through the SDK for JavaScript. Says what is not as it should be by an AssertionError.
import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import {
    CopyObjectCommand, CreateBucketCommand, DeleteBucketCommand, DeleteObjectCommand, DeleteObjectsCommand, GetObjectCommand,
    ListObjectsV2Command, PutObjectCommand, S3Client,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';

const s3 = new S3Client({ endpoint: process.env.AWS_ENDPOINT_URL, region: 'us-east-1', forcePathStyle: true, maxAttempts: 1 });
const Bucket = 'js-' + randomUUID();
const body = async (Key, Range) => {
    const answer = await s3.send(new GetObjectCommand({ Bucket, Key, Range, ChecksumMode: Range ? undefined : 'ENABLED' }));
    return Buffer.from(await answer.Body.transformToByteArray());
};

await s3.send(new CreateBucketCommand({ Bucket }));

const small = Buffer.from('ünï <&> '.repeat(100));
const key = 'docs/a b+ü&<é>.txt';
await s3.send(new PutObjectCommand({ Bucket, Key: key, Body: small, Metadata: { colour: 'blue' } }));
assert.deepEqual(await body(key), small);
assert.deepEqual(await body(key, 'bytes=10-19'), small.subarray(10, 20));

// A stream is sent in chunks, with its checksum behind it.
for (const ChecksumAlgorithm of ['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256']) {
    const streamed = randomBytes(300_000);
    await s3.send(new PutObjectCommand({
        Bucket, Key: 'streams/' + ChecksumAlgorithm, Body: Readable.from([streamed.subarray(0, 100_000), streamed.subarray(100_000)]),
        ContentLength: streamed.length, ChecksumAlgorithm,
    }));
    assert.deepEqual(await body('streams/' + ChecksumAlgorithm), streamed);
}

const large = randomBytes(20 * 1024 * 1024);
await new Upload({ client: s3, params: { Bucket, Key: 'docs/large', Body: Readable.from([large]) } }).done();
assert.deepEqual(await body('docs/large'), large);
assert.deepEqual(await body('docs/large', 'bytes=5242870-5242890'), large.subarray(5242870, 5242891));

await s3.send(new CopyObjectCommand({ Bucket, Key: 'copies/one', CopySource: encodeURIComponent(`${Bucket}/${key}`) }));
assert.deepEqual(await body('copies/one'), small);

const keys = async (Prefix) => (await s3.send(new ListObjectsV2Command({ Bucket, Prefix }))).Contents.map((one) => one.Key);
assert.deepEqual(await keys('docs/'), [key, 'docs/large']);
await assert.rejects(s3.send(new DeleteBucketCommand({ Bucket })), { name: 'BucketNotEmpty' });
await s3.send(new DeleteObjectCommand({ Bucket, Key: 'copies/one' }));
await assert.rejects(body('copies/one'), { name: 'NoSuchKey' });
await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: (await keys()).map((Key) => ({ Key })) } }));
await s3.send(new DeleteBucketCommand({ Bucket }));
console.log('the SDK for JavaScript is content');
