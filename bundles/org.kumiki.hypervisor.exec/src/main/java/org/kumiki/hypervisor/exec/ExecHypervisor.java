package org.kumiki.hypervisor.exec;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import org.kumiki.api.hypervisor.BlockingHypervisor;
import org.kumiki.api.hypervisor.HypervisorDriver;
import org.kumiki.api.hypervisor.NodeHypervisor;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.Technology;
import org.kumiki.api.node.Node;
import org.osgi.framework.Constants;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs guests by somebody's scripts, on every node that has them: one technology for each configuration. */
@HypervisorDriver(technology = "exec")
@Component(service = { BlockingHypervisor.class, ExecHypervisor.class }, configurationPid = ExecHypervisor.PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = Config.class, factory = true)
public class ExecHypervisor extends NodeHypervisor<ScriptHost> {

    static final String PID = "org.kumiki.hypervisor.exec";

    private static final Logger LOG = LoggerFactory.getLogger(ExecHypervisor.class);

    private final Settings settings;
    private final RunLog log = new RunLog();
    private final ScheduledExecutorService looker;

    @Activate
    public ExecHypervisor(Config config, Map<String, Object> properties) {
        this(Settings.of(name(properties), config));
    }

    ExecHypervisor(Settings settings) {
        this.settings = settings;
        this.looker = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "kumiki-exec-" + settings.name());
            thread.setDaemon(true);
            return thread;
        });
        long pause = settings.betweenLooks().toMillis();
        looker.scheduleWithFixedDelay(() -> known().forEach(ScriptHost::lookAfter), pause, pause, TimeUnit.MILLISECONDS);
    }

    private static String name(Map<String, Object> properties) {
        String pid = String.valueOf(properties.get(Constants.SERVICE_PID));
        return pid.substring(pid.indexOf('~') + 1);
    }

    /** Guests run on; whoever comes next finds them. */
    @Deactivate
    void close() {
        looker.shutdownNow();
        farewell().ifPresent(LOG::warn);
    }

    /** What is to be said when this goes while it has guests. */
    Optional<String> farewell() {
        StringJoiner left = new StringJoiner(", ");
        for (ScriptHost host : known()) {
            try {
                host.guests().forEach(guest -> left.add(guest.value()));
            } catch (IOException e) {
                left.add("those of a host that cannot be asked (" + e.getMessage() + ")");
            }
        }
        return left.length() == 0 ? Optional.empty()
                : Optional.of(settings.name() + " is taken out, and its guests are left as they are until it is back: " + left);
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void addNode(Node node) {
        if (settings.concerns(node)) {
            add(node);
        }
    }

    void removeNode(Node node) {
        remove(node);
    }

    /** What its scripts said last, the oldest first. */
    List<String> runs() {
        return log.last();
    }

    String name() {
        return settings.name();
    }

    @Override
    protected ScriptHost open(Node node) throws IOException {
        return ScriptHost.on(node, settings, log, everyone());
    }

    @Override
    protected void complain(Node node, String reason) {
        LOG.warn("{} is no host for guests of {}: {}", node.name(), settings.name(), reason);
    }

    @Override
    protected HostId id(Node node) {
        return settings.host(node);
    }

    @Override
    public Technology technology() {
        StringJoiner note = new StringJoiner("; ").add("scripts of " + settings.kind() + " at " + settings.path());
        complaints().forEach((node, complaint) -> note.add(node + ": " + complaint));
        return new Technology(settings.name(), "1", settings.monitor(), settings.methods(), settings.features(), note.toString());
    }
}
