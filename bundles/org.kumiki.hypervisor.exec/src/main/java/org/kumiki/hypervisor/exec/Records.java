package org.kumiki.hypervisor.exec;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

import org.kumiki.api.hypervisor.GuestSpec;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.node.Node;

/** The guests of one technology on one node, as they are remembered there: a directory each. Thread-safe, as long as nobody else numbers guests. */
final class Records {

    private static final Pattern GUEST = Pattern.compile("i-[0-9a-f]{8,17}");
    private static final String RECORD = "guest.json";
    private static final String PAYLOADS = "payloads";
    /** Far from the numbers that a CloudStack or an OpenNebula beside us gives to guests of its own. */
    private static final long FIRST = 1_000_000;
    private static final Duration TO_SWEEP = Duration.ofSeconds(10);

    private final Node node;
    private final Path directory;

    Records(Node node, String technology) {
        this.node = node;
        this.directory = node.directory().resolve("exec").resolve(technology);
    }

    Path payloads() {
        return directory.resolve(PAYLOADS);
    }

    /** Where a guest's own files are. */
    Path directory(InstanceId guest) {
        return directory.resolve(guest.value());
    }

    /** What a platform that died has left for scripts to read is of no use to anybody once they have ended. */
    void sweep(Duration longestRun) throws IOException {
        node.makeDirectory(payloads());
        node.run(List.of("find", payloads().toString(), "-mindepth", "1", "-mmin", "+" + (longestRun.toMinutes() + 1), "-delete"), TO_SWEEP);
    }

    List<InstanceId> all() throws IOException {
        return node.list(directory).stream().filter(name -> GUEST.matcher(name).matches()).map(InstanceId::new).toList();
    }

    Optional<GuestRecord> find(InstanceId guest) throws IOException {
        Optional<byte[]> record = node.find(directory(guest).resolve(RECORD), GuestRecord.LONGEST);
        return record.isEmpty() ? Optional.empty() : Optional.of(GuestRecord.of(record.get()));
    }

    void save(GuestRecord guest) throws IOException {
        node.makeDirectory(directory(guest.id()));
        node.write(directory(guest.id()).resolve(RECORD), guest.toBytes());
    }

    void delete(InstanceId guest) throws IOException {
        node.delete(directory(guest));
    }

    /** A new guest, remembered at once, so that no other gets its number. */
    synchronized GuestRecord add(GuestSpec guest) throws IOException {
        List<Long> taken = new ArrayList<>();
        for (InstanceId each : all()) {
            find(each).ifPresent(record -> taken.add(record.number()));
        }
        long number = taken.stream().mapToLong(Long::longValue).max().orElse(FIRST - 1) + 1;
        GuestRecord record = new GuestRecord(guest.id(), number, Description.of(guest), Map.of(), "", GuestRecord.Phase.NEW);
        save(record);
        return record;
    }
}
