package org.kumiki.engine;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

import org.kumiki.api.datacenter.DatacenterException;
import org.kumiki.api.datacenter.DatacenterException.Kind;
import org.kumiki.api.object.ObjectSlice;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;

/**
 * What an object says of the image that it is: a mark, the length of this description, the description in JSON, and then the disks, one after the
 * other, as QCOW2. Whoever may write to the bucket may have written it, so everything in it is checked.
 *
 * @param base  the image with whose kernel it boots, if its disks bring none
 * @param disks the root first
 */
record StoredAmi(String name, String description, String architecture, String base, Map<String, String> tags, List<StoredDisk> disks) {

    /** More than any description has; so much is read of an object before anything is known of it. */
    static final int MOST_BYTES = 256 << 10;

    private static final byte[] MARK = "KUMI-AMI".getBytes(StandardCharsets.US_ASCII);
    private static final int HEAD = MARK.length + Integer.BYTES;
    private static final int MOST_DISKS = 40;
    private static final long MOST_MIB = 1L << 34;
    private static final Pattern DEVICE = Pattern.compile("(/dev/)?[a-z]{2,3}[a-z0-9]{1,6}");
    private static final Pattern ARCHITECTURE = Pattern.compile("[a-z0-9_]{1,20}");
    private static final ObjectMapper JSON = JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

    /**
     * A disk in it.
     *
     * @param length in bytes, as it lies in the object; 0 for a disk that is empty, and that does not lie there
     */
    record StoredDisk(String device, long sizeMiB, boolean deleteOnTermination, long length) {
    }

    StoredAmi {
        tags = Map.copyOf(tags);
        disks = List.copyOf(disks);
    }

    Optional<String> kernel() {
        return Optional.ofNullable(base);
    }

    /** What comes before the disks. */
    byte[] head() {
        try {
            byte[] description = JSON.writeValueAsBytes(this);
            ByteArrayOutputStream head = new ByteArrayOutputStream();
            DataOutputStream out = new DataOutputStream(head);
            out.write(MARK);
            out.writeInt(description.length);
            out.write(description);
            return head.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where each disk lies, in their order; of one that is empty, no bytes. */
    List<ObjectSlice> slices(ObjectSlice object) {
        long[] next = { object.length() - disks.stream().mapToLong(StoredDisk::length).sum() };
        return disks.stream().map(disk -> {
            ObjectSlice slice = object.slice(next[0], disk.length());
            next[0] += disk.length();
            return slice;
        }).toList();
    }

    /**
     * Reads what an object begins with.
     *
     * @throws DatacenterException if it is none that could be restored
     */
    static StoredAmi read(ObjectSlice object, InputStream content) throws IOException {
        DataInputStream in = new DataInputStream(content);
        byte[] mark = in.readNBytes(MARK.length);
        if (!Arrays.equals(mark, MARK) || object.length() < HEAD) {
            throw refused(object, "it is no image that was stored here");
        }
        int size = in.readInt();
        if (size < 2 || size > MOST_BYTES || HEAD + size > object.length()) {
            throw refused(object, "its description is damaged");
        }
        StoredAmi ami;
        try {
            ami = JSON.readValue(in.readNBytes(size), StoredAmi.class);
        } catch (IOException | RuntimeException e) {
            throw refused(object, "its description is damaged");
        }
        ami.check(object, object.length() - HEAD - size);
        return ami;
    }

    private void check(ObjectSlice object, long room) {
        if (name == null || description == null || architecture == null || !ARCHITECTURE.matcher(architecture).matches()) {
            throw refused(object, "its description is damaged");
        }
        if (disks.isEmpty() || disks.size() > MOST_DISKS || disks.get(0).length() == 0) {
            throw refused(object, "it has no root disk, or too many disks");
        }
        long left = room;
        for (StoredDisk disk : disks) {
            if (disk.device() == null || !DEVICE.matcher(disk.device()).matches() || disk.sizeMiB() < 1 || disk.sizeMiB() > MOST_MIB
                    || disk.length() < 0 || disk.length() > left) {
                throw refused(object, "it says of a disk what cannot be, or a part of it is missing");
            }
            left -= disk.length();
        }
        if (left != 0 || disks.stream().map(StoredDisk::device).distinct().count() != disks.size()) {
            throw refused(object, "its disks are not what its description says");
        }
    }

    private static DatacenterException refused(ObjectSlice object, String why) {
        return Refused.invalid(Kind.OBJECT, object.location(), "The object '" + object.location() + "' cannot be restored: " + why);
    }
}
