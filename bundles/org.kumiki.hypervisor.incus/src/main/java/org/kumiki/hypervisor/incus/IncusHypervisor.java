package org.kumiki.hypervisor.incus;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;

import com.fasterxml.jackson.databind.JsonNode;
import org.kumiki.api.hypervisor.BlockingHypervisor;
import org.kumiki.api.hypervisor.GuestListener;
import org.kumiki.api.hypervisor.GuestMeter;
import org.kumiki.api.hypervisor.GuestSpec;
import org.kumiki.api.hypervisor.HostReport;
import org.kumiki.api.hypervisor.HypervisorDriver;
import org.kumiki.api.hypervisor.HypervisorException;
import org.kumiki.api.hypervisor.HypervisorException.Reason;
import org.kumiki.api.hypervisor.LinkUpdate;
import org.kumiki.api.model.ConsoleOutput;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.Technology;
import org.kumiki.api.model.Technology.Feature;
import org.kumiki.api.model.Technology.Method;
import org.kumiki.api.network.NetworkLink;
import org.kumiki.hypervisor.incus.Server.Member;
import org.osgi.framework.Constants;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs guests as containers of a server of LXD or Incus: one host for each configuration, or one for each member of a cluster. */
@HypervisorDriver(technology = IncusHypervisor.TECHNOLOGY)
@Component(service = BlockingHypervisor.class, configurationPid = IncusHypervisor.PID, configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = Config.class, factory = true)
public class IncusHypervisor implements BlockingHypervisor, LinkUpdate, GuestMeter {

    static final String TECHNOLOGY = "incus";
    static final String PID = "org.kumiki.hypervisor.incus";

    private static final Logger LOG = LoggerFactory.getLogger(IncusHypervisor.class);
    private static final Set<Feature> FEATURES = EnumSet.of(Feature.CONSOLE_OUTPUT, Feature.STOP_START, Feature.GRACEFUL_STOP, Feature.LINK_UPDATE);

    private final Settings settings;
    private final List<GuestListener> listeners = new CopyOnWriteArrayList<>();
    private final Object connecting = new Object();
    private Connection connection;
    private volatile String version = "unknown";
    private volatile String note;

    @Activate
    public IncusHypervisor(Config config, Map<String, Object> properties) {
        this(Settings.of(name(properties), config));
    }

    IncusHypervisor(Settings settings) {
        this.settings = settings;
        this.note = settings.endpoint() + " has not been asked yet";
    }

    private static String name(Map<String, Object> properties) {
        String pid = String.valueOf(properties.get(Constants.SERVICE_PID));
        return pid.substring(pid.indexOf('~') + 1);
    }

    /** Guests run on; whoever comes next finds them. */
    @Deactivate
    void close() {
        synchronized (connecting) {
            if (connection != null) {
                connection.close();
                connection = null;
            }
        }
    }

    @Override
    public Technology technology() {
        return new Technology(TECHNOLOGY, version, Technology.MonitorPlace.HOST_OS, Set.of(Method.OS_LEVEL), FEATURES, note);
    }

    @Override
    public List<HostReport> hosts() {
        try {
            Connection to = connection();
            JsonNode instances = to.server().instances();
            List<HostReport> reports = new ArrayList<>();
            for (Member member : to.server().members()) {
                HostReport report = to.server().report(member, instances);
                report.guests().forEach((guest, state) -> to.guests().adopt(member.host(), guest, state));
                reports.add(report);
            }
            note = to.server().kind() + " " + version + " at " + settings.endpoint() + "; containers alone, and they move when they are stopped";
            return reports;
        } catch (IOException | HypervisorException e) {
            complain(String.valueOf(e.getMessage()));
            return List.of();
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private void complain(String complaint) {
        if (!complaint.equals(note)) { // once is enough
            note = complaint;
            LOG.warn("{} is no host for guests: {}", settings.name(), complaint);
        }
    }

    private static HypervisorException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new HypervisorException(Reason.UNAVAILABLE, "interrupted", e);
    }

    private Connection connection() throws IOException, InterruptedException {
        synchronized (connecting) {
            if (connection == null) {
                connection = Connection.open(settings, (host, guest, reason) -> listeners.forEach(listener -> listener.stopped(host, guest, reason)));
                version = connection.server().version();
            }
            return connection;
        }
    }

    /** Something that is done to a guest, or asked about it. */
    private interface Deed<T> {

        T at(Guests guests, Member member);
    }

    private <T> T on(HostId host, Deed<T> deed) {
        try {
            Connection to = connection();
            Optional<Member> member = to.server().members().stream().filter(each -> each.host().equals(host)).findFirst();
            return deed.at(to.guests(), member.orElseThrow(() -> new HypervisorException(Reason.NOT_FOUND, "there is no host " + host)));
        } catch (IOException e) {
            throw new HypervisorException(Reason.UNAVAILABLE, e.getMessage(), e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    @Override
    public void start(HostId host, GuestSpec guest) {
        on(host, (guests, member) -> {
            guests.start(member, guest);
            return null;
        });
    }

    @Override
    public void stop(HostId host, InstanceId guest, boolean force) {
        on(host, (guests, member) -> {
            guests.stop(member, guest, force);
            return null;
        });
    }

    @Override
    public void reboot(HostId host, InstanceId guest) {
        on(host, (guests, member) -> {
            guests.reboot(member, guest);
            return null;
        });
    }

    @Override
    public void destroy(HostId host, InstanceId guest) {
        on(host, (guests, member) -> {
            guests.destroy(member, guest);
            return null;
        });
    }

    @Override
    public ConsoleOutput console(HostId host, InstanceId guest) {
        return on(host, (guests, member) -> guests.console(member, guest));
    }

    @Override
    public CompletionStage<Void> relink(HostId host, InstanceId guest, NetworkLink link) {
        on(host, (guests, member) -> {
            guests.relink(member, guest, link);
            return null;
        });
        return CompletableFuture.completedFuture(null);
    }

    /** A server that cannot be asked is left out; {@link #hosts()} complains of it. */
    @Override
    public CompletionStage<Map<InstanceId, Duration>> cpuTimes() {
        try {
            return CompletableFuture.completedFuture(connection().guests().cpuTimes());
        } catch (IOException | HypervisorException e) {
            LOG.debug("{} does not say how busy its guests are", settings.endpoint(), e);
            return CompletableFuture.completedFuture(Map.of());
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    @Override
    public Runnable watch(GuestListener listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }
}
