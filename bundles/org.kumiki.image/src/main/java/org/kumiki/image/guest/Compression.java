package org.kumiki.image.guest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

import org.kumiki.image.Program;

/** How distributions compress kernels and modules nowadays; programs of the same distribution undo it. */
enum Compression {
    XZ("xz", new byte[] {(byte) 0xfd, '7', 'z', 'X', 'Z', 0}),
    ZSTD("zstd", new byte[] {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd}),
    GZIP("gzip", new byte[] {0x1f, (byte) 0x8b});

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final String program;
    private final byte[] magic;

    Compression(String program, byte[] magic) {
        this.program = program;
        this.magic = magic;
    }

    /** How these bytes are compressed, if they are. */
    static Optional<Compression> of(byte[] bytes) {
        return Arrays.stream(values())
                .filter(candidate -> bytes.length >= candidate.magic.length
                        && Arrays.equals(candidate.magic, Arrays.copyOf(bytes, candidate.magic.length)))
                .findFirst();
    }

    /** Whether this machine has the program that undoes it. */
    boolean canUnpack() {
        return Program.find(program).isPresent();
    }

    /** @param work a directory for what is on the way */
    byte[] unpack(byte[] packed, Path work) throws IOException {
        Path command = Program.find(program).orElseThrow(() -> new IOException("the program " + program + " is needed; please install it"));
        Path input = Files.createTempFile(work, "packed", null);
        try {
            Files.write(input, packed);
            return Program.run(List.of(command.toString(), "-d", "-c"), work, Optional.of(input), PATIENCE);
        } finally {
            Files.delete(input);
        }
    }
}
