package org.kumiki.hypervisor.exec;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kumiki.api.model.InstanceId;
import org.kumiki.node.contract.PlainNode;

class RecordsTest {

    private static final InstanceId OTHER = new InstanceId("i-0a1b2c3d4e5f60719");

    @TempDir
    Path directory;

    @Test
    void aGuestIsFoundAsItWasRemembered() throws IOException {
        Records records = new Records(new PlainNode("here", directory), "lab");

        long number = records.add(Lab.guest()).number();

        assertThat(records.find(Lab.GUEST)).map(GuestRecord::number).contains(number);
        assertThat(records.find(OTHER)).isEmpty();
    }

    /** Different guests do not wait for each other. */
    @Test
    void aGuestThatIsJustBeingDestroyedKeepsNoOtherFromBeingMade() throws IOException {
        Records records = new Records(new PlainNode("here", directory) {

            @Override
            public byte[] read(Path file, int limit) throws IOException {
                if (file.toString().contains(OTHER.value())) {
                    delete(file.getParent());
                    throw new NoSuchFileException(file.toString());
                }
                return super.read(file, limit);
            }
        }, "lab");
        long first = records.add(Lab.guest(OTHER, "other")).number();

        assertThat(records.add(Lab.guest()).number()).isEqualTo(first);
        assertThat(records.all()).isEqualTo(List.of(Lab.GUEST));
    }
}
