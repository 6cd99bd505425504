package org.kumiki.hypervisor.xen;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.kumiki.api.hypervisor.GuestDisk;
import org.kumiki.api.hypervisor.GuestSpec;
import org.kumiki.api.hypervisor.HypervisorException;
import org.kumiki.api.hypervisor.HypervisorException.Reason;
import org.kumiki.api.model.VolumeId;

/**
 * Which of its disks each volume of a guest is. It stays so as long as the guest runs, whatever comes and goes beside, and wherever the guest moves. The
 * first place is for a root disk, also of a guest that has none.
 *
 * @param places each from 0 to 25
 */
record Places(Map<VolumeId, Integer> places) {

    private static final int MOST = 26;
    /** The number of Xen's first disk, and how many numbers each has for its parts. */
    private static final int FIRST = 202 << 8;
    private static final int PARTS = 16;
    private static final Pattern LINE = Pattern.compile("(vol-[0-9a-f]{8,17}) xvd([a-z])");

    Places {
        places = Map.copyOf(places);
    }

    /** Those of a guest that starts. */
    static Places of(GuestSpec guest) {
        Map<VolumeId, Integer> places = new HashMap<>();
        guest.root().ifPresent(root -> places.put(root.volume(), 0));
        List<GuestDisk> others = guest.disks();
        if (others.size() >= MOST) {
            throw full();
        }
        IntStream.range(0, others.size()).forEach(index -> places.put(others.get(index).volume(), index + 1));
        return new Places(places);
    }

    /** Reads {@link #text()}; what is nothing of the kind is left out. */
    static Places parse(String text) {
        return new Places(text.lines().map(LINE::matcher).filter(Matcher::matches)
                .collect(Collectors.toMap(line -> new VolumeId(line.group(1)), line -> line.group(2).charAt(0) - 'a', (one, other) -> other)));
    }

    /** A line for each volume. */
    String text() {
        return places.keySet().stream().map(volume -> volume + " " + device(volume).orElseThrow() + "\n").sorted().collect(Collectors.joining());
    }

    /** What the guest calls a volume, e.g. {@code xvdb}. */
    Optional<String> device(VolumeId volume) {
        return Optional.ofNullable(places.get(volume)).map(place -> "xvd" + (char) ('a' + place));
    }

    /** The number of a volume's device in {@code xl block-list}. */
    Optional<String> number(VolumeId volume) {
        return Optional.ofNullable(places.get(volume)).map(place -> Integer.toString(FIRST + PARTS * place));
    }

    /** With a volume in the first free place; the same if it has one. */
    Places with(VolumeId volume) {
        if (places.containsKey(volume)) {
            return this;
        }
        Map<VolumeId, Integer> more = new HashMap<>(places);
        more.put(volume, IntStream.range(1, MOST).filter(place -> !places.containsValue(place)).findFirst().orElseThrow(Places::full));
        return new Places(more);
    }

    Places without(VolumeId volume) {
        Map<VolumeId, Integer> fewer = new HashMap<>(places);
        fewer.remove(volume);
        return new Places(fewer);
    }

    private static HypervisorException full() {
        return new HypervisorException(Reason.REFUSED, "a guest of Xen has 26 disks at most");
    }
}
