package org.kumiki.aws.sqs;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.kumiki.api.model.AccountId;
import org.kumiki.api.queue.Outgoing;
import org.kumiki.api.queue.QueueId;
import org.kumiki.aws.Call;
import org.kumiki.aws.signature.Credential;
import org.kumiki.aws.wire.JsonCodec;
import org.kumiki.aws.wire.Operation;
import org.kumiki.aws.wire.Structure;
import org.kumiki.testing.TwoAccounts;

class ReceivingTest {

    private static final QueueId QUEUE = new QueueId(new AccountId(TestCloud.ACCOUNT), "q");

    private TestCloud cloud;

    @BeforeEach
    void start() throws Exception {
        cloud = new TestCloud();
        cloud.store.create(QUEUE, QueueAttributes.initial(false));
    }

    @AfterEach
    void stop() throws Exception {
        cloud.stop();
    }

    @Test
    void givesNothingToWhoeverHasGone() {
        CompletableFuture<Structure.Builder> gone = receive(20);
        CompletableFuture<Structure.Builder> waiting = receive(20);
        assertThat(cloud.store.waiting(QUEUE)).isEqualTo(2);

        gone.cancel(false);
        assertThat(cloud.store.waiting(QUEUE)).isEqualTo(1);
        cloud.store.send(QUEUE, List.of(new Outgoing("x", Map.of(Draft.SENDER, TestCloud.ACCOUNT), Optional.empty(), Optional.empty(), Optional.empty())));

        assertThat(waiting.join().build().structures("Messages")).hasSize(1);
        assertThat(cloud.store.counts(QUEUE).inFlight()).isEqualTo(1);
    }

    private CompletableFuture<Structure.Builder> receive(int seconds) {
        Operation operation = Sqs.service().operation("ReceiveMessage").orElseThrow();
        Structure input = JsonCodec.read(operation.input(), Map.of("QueueUrl", "http://any/000000000001/q", "WaitTimeSeconds", (long) seconds));
        Call call = new Call(operation, input, "2012-11-05", new Credential(TwoAccounts.KEY, "us-east-1", "sqs"), URI.create("http://any"), "127.0.0.1", "r");
        return new Receiving(cloud.facade).receive(call).toCompletableFuture();
    }
}
