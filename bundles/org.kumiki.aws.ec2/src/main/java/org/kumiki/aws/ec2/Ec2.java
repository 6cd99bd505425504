package org.kumiki.aws.ec2;

import java.time.Clock;
import java.util.Optional;

import jakarta.servlet.Servlet;
import jakarta.servlet.http.HttpServletRequest;

import org.kumiki.api.datacenter.Datacenter;
import org.kumiki.api.datacenter.DatacenterException;
import org.kumiki.api.facade.Facade;
import org.kumiki.api.identity.AccessKey;
import org.kumiki.api.identity.Identity;
import org.kumiki.aws.Actions;
import org.kumiki.aws.AwsServlet;
import org.kumiki.aws.Call;
import org.kumiki.aws.Limits;
import org.kumiki.aws.signature.SignatureException;
import org.kumiki.aws.wire.AwsException;
import org.kumiki.aws.wire.Service;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Amazon's EC2 in front of the datacenter. */
@Facade(facade = "ec2", facade_versions = "2006-06-26..2016-11-15")
@Component(service = Servlet.class)
public class Ec2 extends AwsServlet {

    private static final String DRY_RUN = "DryRun";

    @Activate
    public Ec2(@Reference Datacenter datacenter, @Reference Identity identity) {
        this(datacenter, identity, Clock.systemUTC());
    }

    Ec2(Datacenter datacenter, Identity identity, Clock clock) {
        super(actions(new Cloud(datacenter, identity)), id -> secret(identity, id), clock, Limits.DEFAULT);
    }

    static Actions actions(Cloud cloud) {
        Actions actions = new Actions(Service.read(Ec2.class.getResourceAsStream("service.json")));
        new Instances(cloud).offer(actions);
        new InstanceAttributes(cloud).offer(actions);
        new InstanceTypes(cloud).offer(actions);
        new Images(cloud).offer(actions);
        new ImportTasks(cloud).offer(actions);
        new ExportTasks(cloud).offer(actions);
        new KeyPairs(cloud).offer(actions);
        new SecurityGroups(cloud).offer(actions);
        new PlacementGroups(cloud).offer(actions);
        new Volumes(cloud).offer(actions);
        new Snapshots(cloud).offer(actions);
        new Addresses(cloud).offer(actions);
        new Networks(cloud).offer(actions);
        new Tags(cloud).offer(actions);
        new Places(cloud).offer(actions);
        Absent.offer(actions);
        return actions;
    }

    private static Optional<String> secret(Identity identity, String id) {
        return identity.accessKey(id).filter(AccessKey::active).map(AccessKey::secret);
    }

    /** A dry run ends where the action would begin: whoever came so far may do it. */
    @Override
    protected void admit(Call call) {
        if (call.input().shape().has(DRY_RUN) && call.input().flag(DRY_RUN)) {
            throw new AwsException(412, "DryRunOperation", "Request would have succeeded, but DryRun flag is set.");
        }
    }

    @Override
    protected Throwable translate(Throwable failure) {
        return failure instanceof DatacenterException refusal ? Refusals.of(refusal) : failure;
    }

    @Override
    protected AwsException refusal(SignatureException e) {
        return Refusals.of(e);
    }

    @Override
    protected String requestId(HttpServletRequest request) {
        return request.getAttribute(Facade.REQUEST_ID) instanceof String id ? id : super.requestId(request);
    }
}
