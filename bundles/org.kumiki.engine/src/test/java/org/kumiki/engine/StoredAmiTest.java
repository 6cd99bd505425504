package org.kumiki.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.kumiki.api.datacenter.DatacenterException;
import org.kumiki.api.object.ObjectSlice;
import org.kumiki.engine.StoredAmi.StoredDisk;

/** The description of a stored image, which anybody who may write to a bucket may have made up. */
class StoredAmiTest {

    private static final StoredDisk ROOT = new StoredDisk("/dev/sda1", 8, true, 100);
    private static final StoredDisk MORE = new StoredDisk("/dev/sdf", 9, false, 50);
    private static final StoredAmi GOOD = ami(ROOT, MORE, new StoredDisk("/dev/sdg", 1, true, 0));

    private static StoredAmi ami(StoredDisk... disks) {
        return new StoredAmi("name", "of two disks", "x86_64", null, Map.of("k", "v"), List.of(disks));
    }

    private static ObjectSlice object(long length) {
        return new ObjectSlice("bucket", "ami.bin", "v", "e", 0, length);
    }

    private static StoredAmi read(byte[] head, long length) throws IOException {
        return StoredAmi.read(object(length), new ByteArrayInputStream(head));
    }

    @Test
    void saysWhatWasSaidAndWhereEachDiskLies() throws IOException {
        byte[] head = GOOD.head();
        ObjectSlice object = object(head.length + 150);

        StoredAmi read = read(head, object.length());

        assertThat(read).isEqualTo(GOOD);
        assertThat(read.slices(object)).containsExactly(object.slice(head.length, 100), object.slice(head.length + 100, 50), object.slice(object.length(), 0));
    }

    static Stream<StoredAmi> lies() {
        return Stream.of(ami(), ami(new StoredDisk("/dev/sda1", 8, true, 0), MORE), ami(ROOT, ROOT),
                ami(new StoredDisk("/dev/sda1", 8, true, 151)), ami(new StoredDisk("/dev/sda1", 8, true, 149)), ami(new StoredDisk("/dev/sda1", 8, true, -1), MORE),
                ami(new StoredDisk("/dev/sda1", 8, true, Long.MAX_VALUE), new StoredDisk("/dev/sdb", 8, true, Long.MAX_VALUE)),
                ami(new StoredDisk("/dev/sda1", 0, true, 150)), ami(new StoredDisk("/dev/sda1", 1L << 50, true, 150)),
                ami(new StoredDisk("../../etc", 8, true, 150)), ami(new StoredDisk(null, 8, true, 150)),
                new StoredAmi("name", "", "x86/../64", null, Map.of(), List.of(new StoredDisk("/dev/sda1", 8, true, 150))),
                new StoredAmi(null, "", "x86_64", null, Map.of(), List.of(new StoredDisk("/dev/sda1", 8, true, 150))));
    }

    @ParameterizedTest
    @MethodSource("lies")
    void whatCannotBeIsRefused(StoredAmi lie) {
        byte[] head = lie.head();

        assertThatThrownBy(() -> read(head, head.length + 150)).isInstanceOfSatisfying(DatacenterException.class,
                e -> assertThat(e.reason()).isEqualTo(DatacenterException.Reason.INVALID));
    }

    @Test
    void whatIsCutOffIsRefusedWhereverThatIs() {
        byte[] head = GOOD.head();

        for (int length = 0; length < head.length; length++) {
            byte[] cut = Arrays.copyOf(head, length);
            assertThatThrownBy(() -> read(cut, cut.length)).as("after %d bytes", length).isInstanceOf(DatacenterException.class);
        }
        assertThatThrownBy(() -> read(head, head.length + 149)).isInstanceOf(DatacenterException.class);
    }

    /** Nothing but a refusal comes of nonsense, and no more memory is taken than a description may have. */
    @Test
    void nonsenseIsRefused() {
        Random random = new Random(7);
        byte[] head = GOOD.head();
        for (int i = 0; i < 5_000; i++) {
            byte[] changed = head.clone();
            for (int j = 0; j <= i % 3; j++) {
                changed[random.nextInt(changed.length)] = (byte) random.nextInt();
            }
            try {
                StoredAmi read = read(changed, head.length + 150);
                assertThat(read.slices(object(head.length + 150))).hasSameSizeAs(read.disks());
            } catch (DatacenterException e) {
                assertThat(e.reason()).isEqualTo(DatacenterException.Reason.INVALID);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
    }
}
