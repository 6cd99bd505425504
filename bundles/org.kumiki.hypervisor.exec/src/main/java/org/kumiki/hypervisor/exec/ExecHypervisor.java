package org.kumiki.hypervisor.exec;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import org.kumiki.api.hypervisor.BlockingHypervisor;
import org.kumiki.api.hypervisor.GuestListener;
import org.kumiki.api.hypervisor.GuestSpec;
import org.kumiki.api.hypervisor.HostReport;
import org.kumiki.api.hypervisor.HypervisorDriver;
import org.kumiki.api.hypervisor.HypervisorException;
import org.kumiki.api.hypervisor.HypervisorException.Reason;
import org.kumiki.api.model.ConsoleOutput;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.InstanceId;
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
public class ExecHypervisor implements BlockingHypervisor {

    static final String PID = "org.kumiki.hypervisor.exec";

    private static final Logger LOG = LoggerFactory.getLogger(ExecHypervisor.class);

    private final Settings settings;
    private final RunLog log = new RunLog();
    private final List<GuestListener> listeners = new CopyOnWriteArrayList<>();
    private final List<Node> nodes = new CopyOnWriteArrayList<>();
    private final Map<Node, ScriptHost> hosts = new ConcurrentHashMap<>();
    private final Map<Node, String> complaints = new ConcurrentHashMap<>();
    private final Object looking = new Object();
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
        looker.scheduleWithFixedDelay(() -> hosts.values().forEach(ScriptHost::lookAfter), pause, pause, TimeUnit.MILLISECONDS);
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
        for (ScriptHost host : hosts.values()) {
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
            nodes.add(node);
            listeners.forEach(GuestListener::hostsChanged);
        }
    }

    void removeNode(Node node) {
        if (nodes.remove(node)) {
            hosts.remove(node);
            complaints.remove(node);
            listeners.forEach(GuestListener::hostsChanged);
        }
    }

    /** What its scripts said last, the oldest first. */
    List<String> runs() {
        return log.last();
    }

    String name() {
        return settings.name();
    }

    @Override
    public Technology technology() {
        StringJoiner note = new StringJoiner("; ").add("scripts of " + settings.kind() + " at " + settings.path());
        complaints.forEach((node, complaint) -> note.add(node.name() + ": " + complaint));
        return new Technology(settings.name(), "1", settings.monitor(), settings.methods(), settings.features(), note.toString());
    }

    @Override
    public List<HostReport> hosts() {
        List<HostReport> reports = new ArrayList<>();
        for (Node node : nodes) {
            try {
                reports.add(host(node).report());
                complaints.remove(node);
            } catch (IOException | HypervisorException e) {
                String complaint = String.valueOf(e.getMessage());
                if (!complaint.equals(complaints.put(node, complaint))) { // once is enough
                    LOG.warn("{} is no host for guests of {}: {}", node.name(), settings.name(), complaint);
                }
            }
        }
        return reports;
    }

    private ScriptHost host(Node node) throws IOException {
        synchronized (looking) {
            ScriptHost host = hosts.get(node);
            if (host == null) {
                host = ScriptHost.on(node, settings, log, (on, guest, reason) -> listeners.forEach(listener -> listener.stopped(on, guest, reason)));
                hosts.put(node, host);
            }
            return host;
        }
    }

    private ScriptHost host(HostId id) {
        for (Node node : nodes) {
            if (settings.host(node).equals(id)) {
                try {
                    return host(node);
                } catch (IOException e) {
                    throw new HypervisorException(Reason.UNAVAILABLE, e.getMessage(), e);
                }
            }
        }
        throw new HypervisorException(Reason.NOT_FOUND, "there is no host " + id);
    }

    @Override
    public void start(HostId host, GuestSpec guest) {
        host(host).start(guest);
    }

    @Override
    public void stop(HostId host, InstanceId guest, boolean force) {
        host(host).stop(guest, force);
    }

    @Override
    public void reboot(HostId host, InstanceId guest) {
        host(host).reboot(guest);
    }

    @Override
    public void destroy(HostId host, InstanceId guest) {
        host(host).destroy(guest);
    }

    @Override
    public ConsoleOutput console(HostId host, InstanceId guest) {
        return host(host).console(guest);
    }

    @Override
    public Runnable watch(GuestListener listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }
}
