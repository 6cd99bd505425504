/** Amazon's SQS over a store of queues: the {@link org.kumiki.aws.sqs.Sqs servlet}, what its operations do, and its rules. */
package org.kumiki.aws.sqs;
