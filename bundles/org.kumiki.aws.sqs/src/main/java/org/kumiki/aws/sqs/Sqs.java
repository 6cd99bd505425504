package org.kumiki.aws.sqs;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

import org.kumiki.api.facade.Facade;
import org.kumiki.api.identity.AccessKey;
import org.kumiki.api.identity.Identity;
import org.kumiki.api.queue.QueueException;
import org.kumiki.api.queue.QueueStore;
import org.kumiki.aws.Actions;
import org.kumiki.aws.AwsServlet;
import org.kumiki.aws.Limits;
import org.kumiki.aws.wire.AwsException;
import org.kumiki.aws.wire.Form;
import org.kumiki.aws.wire.Operation;
import org.kumiki.aws.wire.Service;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

import jakarta.servlet.Servlet;
import jakarta.servlet.http.HttpServletRequest;

/** Amazon's SQS in front of a store of queues. */
@Facade(facade = "sqs", facade_versions = { "2006-04-01", "2007-05-01", "2008-01-01", "2009-02-01", "2011-10-01", "2012-11-05" })
@Component(service = Servlet.class, configurationPid = Sqs.PID)
@Designate(ocd = Sqs.Config.class)
public class Sqs extends AwsServlet {

    static final String PID = "org.kumiki.aws.sqs";

    private static final long serialVersionUID = 1L;
    /** A message of 1 MiB may be three times as long on the wire; and whoever waits for one holds nothing but memory. */
    private static final Limits LIMITS = new Limits(4 << 20, 10_000, Duration.ofSeconds(60));

    /** What an operator can set. */
    @ObjectClassDefinition(name = "Kumiki SQS", description = "Queues of messages, as Amazon's SQS has them.")
    @interface Config {

        @AttributeDefinition(name = "Usual size", description = "How long messages may be, in bytes, where a queue does not say it.")
        int usualMessageBytes() default Sizes.AMAZONS;

        @AttributeDefinition(name = "Largest size",
                description = "How long messages may be at most, in bytes, whatever a queue says, and all messages of one batch together; from 1024 to 1048576.")
        int largestMessageBytes() default Sizes.AMAZONS;
    }

    private final transient Mover mover;

    @Activate
    public Sqs(@Reference QueueStore store, @Reference Identity identity, BundleContext context, Config config) {
        this(new Cloud(store, identity, Optional.ofNullable(context.getProperty("kumiki.region")).orElse("us-east-1"),
                new Sizes(config.usualMessageBytes(), config.largestMessageBytes()), Clock.systemUTC()), new Mover(store));
    }

    Sqs(Cloud cloud, Mover mover) {
        super(actions(cloud, mover), id -> secret(cloud.identity(), id), cloud.clock(), LIMITS);
        this.mover = mover;
        cloud.identity().accounts().forEach(account -> mover.goOn(account.id()));
    }

    @Deactivate
    void stop() {
        mover.close();
    }

    static Actions actions(Cloud cloud, Mover mover) {
        Actions actions = new Actions(service());
        QueueAttributes attributes = new QueueAttributes(cloud.sizes(), new RedriveRules(cloud.store(), cloud.region()));
        new Queues(cloud, attributes).offer(actions);
        new QueueTags(cloud).offer(actions);
        new Permissions(cloud).offer(actions);
        new Sending(cloud, attributes).offer(actions);
        new Receiving(cloud).offer(actions);
        new Receipts(cloud).offer(actions);
        new Moves(cloud, mover).offer(actions);
        return actions;
    }

    static Service service() {
        return Service.read(Sqs.class.getResourceAsStream("service.json"));
    }

    private static Optional<String> secret(Identity identity, String id) {
        return identity.accessKey(id).filter(AccessKey::active).map(AccessKey::secret);
    }

    @Override
    protected List<Form.Field> modern(Operation operation, List<Form.Field> fields, String path) {
        return OldWords.modern(operation, fields, path);
    }

    @Override
    protected String type(AwsException error) {
        return Refusals.type(error.code());
    }

    @Override
    protected Throwable translate(Throwable failure) {
        return failure instanceof QueueException refusal ? Refusals.of(refusal) : failure;
    }

    @Override
    protected String requestId(HttpServletRequest request) {
        return request.getAttribute(Facade.REQUEST_ID) instanceof String id ? id : super.requestId(request);
    }
}
