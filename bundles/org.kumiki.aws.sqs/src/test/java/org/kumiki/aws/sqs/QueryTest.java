package org.kumiki.aws.sqs;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Clock;
import java.time.Duration;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kumiki.aws.signature.Signer;
import org.kumiki.aws.sqs.Client.Answer;
import org.kumiki.aws.wire.Form;
import org.kumiki.testing.TwoAccounts;

/** What clients send that are older than JSON, word by word but for their signatures. */
class QueryTest {

    private TestCloud cloud;
    private Client client;

    @BeforeEach
    void start() throws Exception {
        cloud = new TestCloud();
        client = cloud.client(TwoAccounts.KEY);
    }

    @AfterEach
    void stop() throws Exception {
        cloud.stop();
    }

    /** The SDK for Java, version 1, and the command line of 2022: all to the queue's own path. */
    @Test
    void speaksAsSdksDidBeforeJson() throws Exception {
        Answer created = client.form("/", "Action=CreateQueue&Version=2012-11-05&QueueName=orders&Attribute.1.Name=VisibilityTimeout&Attribute.1.Value=40"
                + "&Attribute.2.Name=MaximumMessageSize&Attribute.2.Value=8192&Tag.1.Key=a&Tag.1.Value=b");
        assertThat(created.text()).startsWith("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<CreateQueueResponse xmlns=\"http://queue.amazonaws.com/doc/2012-11-05/\">"
                + "<CreateQueueResult><QueueUrl>" + cloud.endpoint() + "/000000000001/orders</QueueUrl></CreateQueueResult><ResponseMetadata><RequestId>");
        assertThat(created.response().headers().firstValue("content-type")).hasValueSatisfying(type -> assertThat(type).startsWith("text/xml"));

        String path = "/000000000001/orders";
        Answer sent = client.form(path, "Action=SendMessage&Version=2012-11-05&MessageBody=a+%26+b&MessageAttribute.1.Name=colour"
                + "&MessageAttribute.1.Value.DataType=String&MessageAttribute.1.Value.StringValue=blue"
                + "&MessageSystemAttribute.1.Name=AWSTraceHeader&MessageSystemAttribute.1.Value.DataType=String"
                + "&MessageSystemAttribute.1.Value.StringValue=Root%3D1");
        assertThat(sent.element("MD5OfMessageBody")).isEqualTo(Digests.of("a & b"));
        assertThat(sent.element("MD5OfMessageAttributes")).hasSize(32);
        assertThat(sent.element("MD5OfMessageSystemAttributes")).hasSize(32);
        assertThat(sent.element("SequenceNumber")).isNull();

        Answer received = client.form(path, "Action=ReceiveMessage&Version=2012-11-05&MaxNumberOfMessages=10&AttributeName.1=SentTimestamp"
                + "&AttributeName.2=AWSTraceHeader&MessageAttributeName.1=c.%2A&MessageAttributeName.2=colour");
        assertThat(received.text()).contains("<Message><MessageId>" + sent.element("MessageId") + "</MessageId><ReceiptHandle>",
                "<Body>a &amp; b</Body><Attribute><Name>AWSTraceHeader</Name><Value>Root=1</Value></Attribute><Attribute><Name>SentTimestamp</Name>",
                "<MessageAttribute><Name>colour</Name><Value><StringValue>blue</StringValue><DataType>String</DataType></Value></MessageAttribute>");

        Answer batch = client.form(path, "Action=DeleteMessageBatch&Version=2012-11-05&DeleteMessageBatchRequestEntry.1.Id=good"
                + "&DeleteMessageBatchRequestEntry.1.ReceiptHandle=" + received.element("ReceiptHandle")
                + "&DeleteMessageBatchRequestEntry.2.Id=bad&DeleteMessageBatchRequestEntry.2.ReceiptHandle=x");
        assertThat(batch.text()).contains("<DeleteMessageBatchResultEntry><Id>good</Id></DeleteMessageBatchResultEntry>",
                "<BatchResultErrorEntry><Id>bad</Id><SenderFault>true</SenderFault><Code>ReceiptHandleIsInvalid</Code>");
        assertThat(client.form(path, "Action=DeleteQueue&Version=2012-11-05").text()).contains("<DeleteQueueResponse ").doesNotContain("Result>");
    }

    /** boto, version 2: no numbers where there is one thing. */
    @Test
    void speaksAsBoto2Does() throws Exception {
        client.form("/", "Action=CreateQueue&Version=2012-11-05&QueueName=old&DefaultVisibilityTimeout=45");
        String path = "/000000000001/old/";

        assertThat(client.form(path, "Action=GetQueueAttributes&Version=2012-11-05&AttributeName=VisibilityTimeout").text())
                .contains("<Attribute><Name>VisibilityTimeout</Name><Value>45</Value></Attribute>");
        assertThat(client.form(path, "Action=SetQueueAttributes&Version=2012-11-05&Attribute.Name=DelaySeconds&Attribute.Value=3").status()).isEqualTo(200);
        assertThat(client.form(path, "Action=GetQueueAttributes&Version=2012-11-05&AttributeName=All").text())
                .contains("<Attribute><Name>DelaySeconds</Name><Value>3</Value></Attribute>");
        assertThat(client.form(path, "Action=AddPermission&Version=2012-11-05&Label=l&AWSAccountId=000000000002&ActionName=SendMessage").status())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = { "2008-01-01", "2009-02-01", "2011-10-01", "2012-11-05" })
    void answersInTheVersionOfTheClient(String version) throws Exception {
        assertThat(client.form("/", "Action=ListQueues&Version=" + version).text())
                .contains("<ListQueuesResponse xmlns=\"http://queue.amazonaws.com/doc/" + version + "/\"><ListQueuesResult></ListQueuesResult>");
    }

    /** Signed by version 2, in the address: as the oldest do. */
    @Test
    void takesRequestsInAnAddress() throws Exception {
        Signer signer = new Signer(TwoAccounts.KEY, TwoAccounts.SECRET, "us-east-1", "sqs", Clock.systemUTC());
        URI endpoint = URI.create(cloud.endpoint() + "/");
        String query = signer.signParameters("GET", endpoint, "HmacSHA256", Form.parse("Action=CreateQueue&Version=2009-02-01&QueueName=v2"));
        Answer created = client.send(HttpRequest.newBuilder(URI.create(endpoint + "?" + query)).GET().build());
        assertThat(created.element("QueueUrl")).endsWith("/000000000001/v2");

        URI presigned = new Signer(TwoAccounts.KEY, TwoAccounts.SECRET, "us-east-1", "sqs", Clock.systemUTC()).presign("GET",
                URI.create(created.element("QueueUrl") + "?Action=SendMessage&Version=2012-11-05&MessageBody=hello"), Duration.ofMinutes(5));
        assertThat(client.send(HttpRequest.newBuilder(presigned).GET().build()).element("MD5OfMessageBody")).isEqualTo(Digests.of("hello"));
        assertThat(client.send(HttpRequest.newBuilder(URI.create(presigned.toString().replace("hello", "hellO"))).GET().build()).element("Code"))
                .isEqualTo("SignatureDoesNotMatch");
        assertThat(client.send(HttpRequest.newBuilder(endpoint).POST(BodyPublishers.ofString("Action=ListQueues"))
                .header("Content-Type", "application/x-www-form-urlencoded").build()).element("Code")).isEqualTo("MissingAuthenticationToken");
    }

    @Test
    void refusesWhatIsNoBatch() throws Exception {
        client.form("/", "Action=CreateQueue&QueueName=q");
        String path = "/000000000001/q";

        assertThat(client.form(path, "Action=SendMessageBatch").element("Code")).isEqualTo("AWS.SimpleQueueService.EmptyBatchRequest");
        assertThat(client.form(path, "Action=SendMessageBatch&SendMessageBatchRequestEntry.1.Id=a.b&SendMessageBatchRequestEntry.1.MessageBody=x")
                .element("Code")).isEqualTo("AWS.SimpleQueueService.InvalidBatchEntryId");
        assertThat(client.form(path, "Action=Nonsense").element("Code")).isEqualTo("InvalidAction");
        assertThat(client.form("/", "Action=SendMessage&MessageBody=x").element("Code")).isEqualTo("MissingParameter");
        Answer missing = client.form(path, "Action=DeleteMessage&ReceiptHandle=x");
        assertThat(missing.status()).isEqualTo(404);
        assertThat(missing.element("Message")).isEqualTo("The input receipt handle \"x\" is not a valid receipt handle.");
    }
}
