package org.kumiki.hypervisor.libvirt;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

import org.kumiki.api.model.InstanceId;
import org.kumiki.hypervisor.libvirt.rpc.XdrReader;
import org.kumiki.hypervisor.libvirt.rpc.XdrWriter;

/**
 * What libvirt calls a domain: a machine that is defined, or runs.
 *
 * @param id a number while it is on; {@link #OFF} otherwise
 */
record Domain(String name, UUID uuid, int id) {

    static final int OFF = -1;

    private static final Pattern OURS = Pattern.compile("i-[0-9a-f]{8,17}");
    private static final int UUID_BYTES = 16;

    static Domain read(XdrReader from) {
        String name = from.text();
        ByteBuffer uuid = ByteBuffer.wrap(from.fixed(UUID_BYTES));
        return new Domain(name, new UUID(uuid.getLong(), uuid.getLong()), from.integer());
    }

    XdrWriter write(XdrWriter to) {
        return to.text(name).fixed(ByteBuffer.allocate(UUID_BYTES).putLong(uuid.getMostSignificantBits()).putLong(uuid.getLeastSignificantBits())
                .array())
                .integer(id);
    }

    boolean isOn() {
        return id != OFF;
    }

    /**
     * The guest of ours that it is. Its UUID follows from its name,
             by which it is ours: nobody else's domain is taken for one of ours because somebody
     * liked the name, and one question for all domains is enough to tell them apart.
     */
    Optional<InstanceId> guest() {
        return OURS.matcher(name).matches() ? Optional.of(new InstanceId(name)).filter(guest -> uuid(guest).equals(uuid)) : Optional.empty();
    }

    /**
     * A guest's UUID, which begins with {@code ec2}: by this software in guests (cloud-init for one) knows that it will find a metadata service in
     * the manner of EC2.
     */
    static UUID uuid(InstanceId guest) {
        return UUID.fromString("ec2" + UUID.nameUUIDFromBytes(guest.value().getBytes(StandardCharsets.US_ASCII)).toString().substring(3));
    }
}
