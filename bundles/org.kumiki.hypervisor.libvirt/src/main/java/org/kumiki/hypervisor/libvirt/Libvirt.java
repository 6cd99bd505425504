package org.kumiki.hypervisor.libvirt;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;

import org.kumiki.hypervisor.libvirt.rpc.LibvirtError;
import org.kumiki.hypervisor.libvirt.rpc.Procedure;
import org.kumiki.hypervisor.libvirt.rpc.RpcClient;
import org.kumiki.hypervisor.libvirt.rpc.RpcStream;
import org.kumiki.hypervisor.libvirt.rpc.XdrReader;
import org.kumiki.hypervisor.libvirt.rpc.XdrWriter;

/**
 * libvirt's calls that are made here, each as libvirt has it. All block, and fail with a {@link LibvirtError} if libvirt says no, or an
 * {@link IOException} if it cannot be known what it did. Thread-safe.
 */
final class Libvirt {

    /** Of {@code virErrorNumber}. */
    static final int NO_SUPPORT = 3;
    static final int NO_DOMAIN = 42;
    static final int NO_STORAGE_POOL = 49;
    static final int NO_STORAGE_VOL = 50;

    /** Of {@code virDomainEventID}. */
    static final int LIFECYCLE = 0;
    static final int DEVICE_REMOVED = 15;

    /** A daemon that has just started first looks what its hypervisors can do. */
    private static final Duration TO_ANSWER = Duration.ofSeconds(60);
    private static final Duration TO_ACT = Duration.ofSeconds(100);
    private static final Duration TO_MOVE = Duration.ofHours(24);
    /**
     * It runs on, the daemons make it out between themselves, it is defined there, and libvirt need not see that its disks are on storage that both
     * have: whether that is so, it cannot know, and a disk that is not there fails the move.
     */
    private static final int MIGRATE = 1 | 1 << 1 | 1 << 3 | 1 << 9;
    private static final int LIST_ACTIVE = 1;
    private static final int AFFECT_LIVE = 1;
    private static final int STATS_CPU = 2;
    private static final int MODEL_LENGTH = 32;
    /** What libvirt keeps beside a domain's definition: saved memory, snapshots, variables of its firmware, checkpoints. */
    private static final int UNDEFINE_ALL = 1 | 2 | 4 | 16;
    private static final int BUILD_POOL = 1;
    private static final int PHYSICAL_SIZE = 1;
    private static final int KEEPALIVE_FEATURE = 10;

    /** What a machine has. */
    record Node(int cpus, long memoryMiB) {
    }

    /** How a domain is. Memory in MiB. */
    record Info(int state, long memoryMiB, int cpus, Duration cpuTime) {
    }

    /** A directory of libvirt's. */
    record Pool(String name, byte[] uuid) {

        XdrWriter write(XdrWriter to) {
            return to.text(name).fixed(uuid);
        }
    }

    /** A file in such a directory. */
    record Volume(String pool, String name, String key) {

        XdrWriter write(XdrWriter to) {
            return to.text(pool).text(name).text(key);
        }
    }

    private final RpcClient client;

    Libvirt(RpcClient client) {
        this.client = client;
    }

    /** Makes the daemon open a hypervisor. Must be the first call. */
    void open(String uri) throws IOException, LibvirtError, InterruptedException {
        List<Integer> ways = ask(Procedure.AUTH_LIST, new XdrWriter()).list(XdrReader::integer);
        if (!ways.isEmpty() && !ways.contains(0)) {
            throw new IOException("the daemon wants a login (SASL or polkit), which is not spoken here; by a certificate or by the rights of its"
                    + " socket it can know us as well: auth_unix_rw = \"none\" and unix_sock_group, or auth_tls = \"none\", in its configuration");
        }
        act(Procedure.CONNECT_OPEN, new XdrWriter().optional(Optional.of(uri)).integer(0));
        ask(Procedure.CONNECT_SUPPORTS_FEATURE, new XdrWriter().integer(KEEPALIVE_FEATURE));
    }

    /** The hypervisor's version, e.g. {@code 7.2.22}. */
    String version() throws IOException, LibvirtError, InterruptedException {
        return version(ask(Procedure.CONNECT_GET_VERSION, new XdrWriter()).hyper());
    }

    /** libvirt's own version. */
    String libraryVersion() throws IOException, LibvirtError, InterruptedException {
        return version(ask(Procedure.CONNECT_GET_LIB_VERSION, new XdrWriter()).hyper());
    }

    private static String version(long number) {
        return number / 1_000_000 + "." + number / 1_000 % 1_000 + "." + number % 1_000;
    }

    String hostname() throws IOException, LibvirtError, InterruptedException {
        return ask(Procedure.CONNECT_GET_HOSTNAME, new XdrWriter()).text();
    }

    String capabilities() throws IOException, LibvirtError, InterruptedException {
        return ask(Procedure.CONNECT_GET_CAPABILITIES, new XdrWriter()).text();
    }

    /** Asks whether domains of a type can run; it fails if they cannot. */
    void domainCapabilities(String type) throws IOException, LibvirtError, InterruptedException {
        ask(Procedure.CONNECT_GET_DOMAIN_CAPABILITIES, new XdrWriter().optional(Optional.empty()).optional(Optional.empty())
                .optional(Optional.empty()).optional(Optional.of(type)).integer(0));
    }

    Node node() throws IOException, LibvirtError, InterruptedException {
        XdrReader answer = ask(Procedure.NODE_GET_INFO, new XdrWriter());
        for (int index = 0; index < MODEL_LENGTH; index++) {
            answer.integer(); // each character of the CPU's model
        }
        long memoryKiB = answer.hyper();
        return new Node(answer.integer(), memoryKiB >> 10);
    }

    List<Domain> domains() throws IOException, LibvirtError, InterruptedException {
        return ask(Procedure.CONNECT_LIST_ALL_DOMAINS, new XdrWriter().integer(1).integer(0)).list(Domain::read);
    }

    /** The domain of this UUID; empty if there is none. */
    Optional<Domain> find(UUID uuid) throws IOException, LibvirtError, InterruptedException {
        try {
            XdrWriter arguments = new XdrWriter().hyper(uuid.getMostSignificantBits()).hyper(uuid.getLeastSignificantBits());
            return Optional.of(Domain.read(ask(Procedure.DOMAIN_LOOKUP_BY_UUID, arguments)));
        } catch (LibvirtError e) {
            if (e.code() == NO_DOMAIN) {
                return Optional.empty();
            }
            throw e;
        }
    }

    Domain define(String xml) throws IOException, LibvirtError, InterruptedException {
        return Domain.read(act(Procedure.DOMAIN_DEFINE_XML, new XdrWriter().text(xml)));
    }

    void create(Domain domain) throws IOException, LibvirtError, InterruptedException {
        act(Procedure.DOMAIN_CREATE, domain.write(new XdrWriter()));
    }

    /** Asks a domain to shut down; returns before it has. */
    void shutdown(Domain domain) throws IOException, LibvirtError, InterruptedException {
        act(Procedure.DOMAIN_SHUTDOWN, domain.write(new XdrWriter()));
    }

    /** Cuts a domain off. */
    void destroy(Domain domain) throws IOException, LibvirtError, InterruptedException {
        act(Procedure.DOMAIN_DESTROY, domain.write(new XdrWriter()));
    }

    /** Forgets a domain, with all that libvirt keeps of it; drivers that keep nothing do not know how to be asked for that. */
    void undefine(Domain domain) throws IOException, LibvirtError, InterruptedException {
        try {
            act(Procedure.DOMAIN_UNDEFINE_FLAGS, domain.write(new XdrWriter()).integer(UNDEFINE_ALL));
        } catch (LibvirtError e) {
            if (e.code() == NO_DOMAIN) {
                throw e;
            }
            act(Procedure.DOMAIN_UNDEFINE, domain.write(new XdrWriter()));
        }
    }

    /** A domain as it is now. */
    String xml(Domain domain) throws IOException, LibvirtError, InterruptedException {
        return ask(Procedure.DOMAIN_GET_XML_DESC, domain.write(new XdrWriter()).integer(0)).text();
    }

    Info info(Domain domain) throws IOException, LibvirtError, InterruptedException {
        XdrReader answer = ask(Procedure.DOMAIN_GET_INFO, domain.write(new XdrWriter()));
        int state = answer.integer();
        long mostKiB = answer.hyper();
        answer.hyper(); // what it has now, of what it may have at most
        return new Info(state, mostKiB >> 10, answer.integer(), Duration.ofNanos(answer.hyper()));
    }

    /** The processor time of each domain that is on. Not every driver can be asked for all at once. */
    Map<Domain, Duration> cpuTimes() throws IOException, LibvirtError, InterruptedException {
        XdrWriter arguments = new XdrWriter().integer(0).integer(STATS_CPU).integer(LIST_ACTIVE);
        Map<Domain, Duration> times = new HashMap<>();
        ask(Procedure.CONNECT_GET_ALL_DOMAIN_STATS, arguments).list(record -> Map.entry(Domain.read(record), Parameters.read(record)))
                .forEach(record -> times.put(record.getKey(), Duration.ofNanos(Parameters.number(record.getValue(), "cpu.time"))));
        return times;
    }

    void attach(Domain domain, String device) throws IOException, LibvirtError, InterruptedException {
        act(Procedure.DOMAIN_ATTACH_DEVICE_FLAGS, domain.write(new XdrWriter()).text(device).integer(AFFECT_LIVE));
    }

    /** Asks a domain to let go of a device; it may take its time. */
    void detach(Domain domain, String device) throws IOException, LibvirtError, InterruptedException {
        act(Procedure.DOMAIN_DETACH_DEVICE_FLAGS, domain.write(new XdrWriter()).text(device).integer(AFFECT_LIVE));
    }

    /**
     * Has the daemon move a domain that is on to another daemon, which it reaches by itself, and waits until that is over.
     *
     * @param parameters {@code VIR_MIGRATE_PARAM_…}
     */
    void migrate(Domain domain, String destination, Map<String, String> parameters) throws IOException, LibvirtError, InterruptedException {
        XdrWriter arguments = domain.write(new XdrWriter()).optional(Optional.of(destination));
        Parameters.write(parameters, arguments);
        client.call(Procedure.DOMAIN_MIGRATE_PERFORM3_PARAMS, arguments.integer(0).integer(MIGRATE), TO_MOVE);
    }

    /** How far what a domain is busy with has come. */
    Map<String, Object> job(Domain domain) throws IOException, LibvirtError, InterruptedException {
        XdrReader answer = ask(Procedure.DOMAIN_GET_JOB_STATS, domain.write(new XdrWriter()).integer(0));
        answer.integer(); // whether its end can be foreseen
        return Parameters.read(answer);
    }

    void abortJob(Domain domain) throws IOException, LibvirtError, InterruptedException {
        ask(Procedure.DOMAIN_ABORT_JOB, domain.write(new XdrWriter()));
    }

    void setDowntime(Domain domain, Duration most) throws IOException, LibvirtError, InterruptedException {
        ask(Procedure.DOMAIN_MIGRATE_SET_MAX_DOWNTIME, domain.write(new XdrWriter()).hyper(Math.max(1, most.toMillis())).integer(0));
    }

    void setSpeed(Domain domain, long mebibytesPerSecond) throws IOException, LibvirtError, InterruptedException {
        ask(Procedure.DOMAIN_MIGRATE_SET_MAX_SPEED, domain.write(new XdrWriter()).hyper(mebibytesPerSecond).integer(0));
    }

    /** From now on the connection's listener is told of events of this kind. */
    void watch(int event) throws IOException, LibvirtError, InterruptedException {
        ask(Procedure.EVENT_REGISTER, new XdrWriter().integer(event).integer(0));
    }

    /** Has everything that a domain writes to its console thrown at a sink, from now on; nobody else can read it meanwhile. */
    RpcStream console(Domain domain, Consumer<byte[]> sink) throws IOException, LibvirtError, InterruptedException {
        XdrWriter arguments = domain.write(new XdrWriter()).optional(Optional.empty()).integer(0);
        return client.stream(Procedure.DOMAIN_OPEN_CONSOLE, arguments, TO_ANSWER, sink);
    }

    Optional<Pool> pool(String name) throws IOException, LibvirtError, InterruptedException {
        try {
            return Optional.of(pool(ask(Procedure.STORAGE_POOL_LOOKUP_BY_NAME, new XdrWriter().text(name))));
        } catch (LibvirtError e) {
            if (e.code() == NO_STORAGE_POOL) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** Makes a directory that libvirt forgets, but does not delete, when its daemon ends. */
    Pool createPool(String xml) throws IOException, LibvirtError, InterruptedException {
        return pool(act(Procedure.STORAGE_POOL_CREATE_XML, new XdrWriter().text(xml).integer(BUILD_POOL)));
    }

    private static Pool pool(XdrReader from) {
        return new Pool(from.text(), from.fixed(Long.BYTES * 2));
    }

    /** Has libvirt look which files are there. */
    void refresh(Pool pool) throws IOException, LibvirtError, InterruptedException {
        act(Procedure.STORAGE_POOL_REFRESH, pool.write(new XdrWriter()).integer(0));
    }

    /** A file that was there when libvirt looked last. */
    Optional<Volume> volume(Pool pool, String name) throws IOException, LibvirtError, InterruptedException {
        try {
            XdrReader answer = ask(Procedure.STORAGE_VOL_LOOKUP_BY_NAME, pool.write(new XdrWriter()).text(name));
            return Optional.of(new Volume(answer.text(), answer.text(), answer.text()));
        } catch (LibvirtError e) {
            if (e.code() == NO_STORAGE_VOL) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** The bytes in a file. */
    long size(Volume volume) throws IOException, LibvirtError, InterruptedException {
        XdrReader answer = ask(Procedure.STORAGE_VOL_GET_INFO_FLAGS, volume.write(new XdrWriter()).integer(PHYSICAL_SIZE));
        answer.integer(); // what kind of volume it is
        answer.hyper(); // what it would have, were it a disk
        return answer.hyper();
    }

    /** @param length 0 for all that is there */
    RpcStream download(Volume volume, long offset, long length, Consumer<byte[]> sink)
            throws IOException, LibvirtError, InterruptedException {
        return client.stream(Procedure.STORAGE_VOL_DOWNLOAD, volume.write(new XdrWriter()).hyper(offset).hyper(length).integer(0), TO_ANSWER, sink);
    }

    void delete(Volume volume) throws IOException, LibvirtError, InterruptedException {
        act(Procedure.STORAGE_VOL_DELETE, volume.write(new XdrWriter()).integer(0));
    }

    private XdrReader ask(Procedure procedure, XdrWriter arguments) throws IOException, LibvirtError, InterruptedException {
        return client.call(procedure, arguments, TO_ANSWER);
    }

    private XdrReader act(Procedure procedure, XdrWriter arguments) throws IOException, LibvirtError, InterruptedException {
        return client.call(procedure, arguments, TO_ACT);
    }
}
