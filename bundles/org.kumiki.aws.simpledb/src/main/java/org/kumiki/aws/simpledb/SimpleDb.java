package org.kumiki.aws.simpledb;

import java.time.Clock;
import java.util.List;
import java.util.Optional;

import jakarta.servlet.Servlet;
import jakarta.servlet.http.HttpServletRequest;

import org.kumiki.api.facade.Facade;
import org.kumiki.api.identity.AccessKey;
import org.kumiki.api.identity.Identity;
import org.kumiki.api.table.TableException;
import org.kumiki.api.table.TableStore;
import org.kumiki.aws.Actions;
import org.kumiki.aws.AwsServlet;
import org.kumiki.aws.Call;
import org.kumiki.aws.Limits;
import org.kumiki.aws.signature.SignatureException;
import org.kumiki.aws.wire.AwsException;
import org.kumiki.aws.wire.Form;
import org.kumiki.aws.wire.Operation;
import org.kumiki.aws.wire.Service;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Amazon's SimpleDB in front of a store of tables. */
@Facade(facade = "sdb", facade_versions = { SimpleDb.FIRST, SimpleDb.LAST })
@Component(service = Servlet.class)
public class SimpleDb extends AwsServlet {

    static final String FIRST = "2007-11-07";
    static final String LAST = "2009-04-15";

    @Activate
    public SimpleDb(@Reference TableStore store, @Reference Identity identity) {
        this(store, identity, Clock.systemUTC());
    }

    SimpleDb(TableStore store, Identity identity, Clock clock) {
        super(actions(new Tables(store, identity), clock), id -> secret(identity, id), clock, Limits.DEFAULT);
    }

    static Actions actions(Tables tables, Clock clock) {
        Actions actions = new Actions(Service.read(SimpleDb.class.getResourceAsStream("service.json")));
        new Domains(tables, clock).offer(actions);
        new Items(tables).offer(actions);
        new Selects(tables).offer(actions);
        return actions;
    }

    private static Optional<String> secret(Identity identity, String id) {
        return identity.accessKey(id).filter(AccessKey::active).map(AccessKey::secret);
    }

    @Override
    protected void admit(Call call) {
        if (!call.version().equals(FIRST) && !call.version().equals(LAST)) {
            throw AwsException.refuse("NoSuchVersion", "An incorrect version was specified in the request.");
        }
    }

    @Override
    protected List<Form.Field> modern(Operation operation, List<Form.Field> fields, String path) {
        return Expected.unnumbered(fields);
    }

    @Override
    protected Throwable translate(Throwable failure) {
        return failure instanceof TableException refusal ? Refusals.of(refusal) : failure;
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
