package org.kumiki.aws.s3;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The quotas of accounts, in a file with a line for each. Thread-safe; reading takes no lock. */
final class AccountQuotas {

    private final Path file;
    private volatile Map<String, Quota> quotas;

    AccountQuotas(Path file) {
        this.file = file;
        this.quotas = read(file);
    }

    private static Map<String, Quota> read(Path file) {
        Properties lines = new Properties();
        try {
            if (Files.exists(file)) {
                lines.load(new StringReader(Files.readString(file)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the quotas of accounts in " + file + " cannot be read", e);
        }
        return lines.stringPropertyNames().stream().collect(Collectors.toUnmodifiableMap(account -> account,
                account -> Quota.parse(lines.getProperty(account))));
    }

    Optional<Quota> of(String account) {
        return Optional.ofNullable(quotas.get(account));
    }

    Map<String, Quota> all() {
        return new TreeMap<>(quotas);
    }

    /** It is on stable storage when this returns. */
    synchronized void set(String account, Quota quota) {
        Map<String, Quota> changed = new HashMap<>(quotas);
        if (quota.isNone()) {
            changed.remove(account);
        } else {
            changed.put(account, quota);
        }
        String text = new TreeMap<>(changed).entrySet().stream().map(line -> line.getKey() + "=" + line.getValue().stored() + "\n")
                .collect(Collectors.joining());
        try {
            write(text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException("the quotas of accounts cannot be written to " + file, e);
        }
        quotas = Map.copyOf(changed);
    }

    private void write(byte[] bytes) throws IOException {
        Path aside = file.resolveSibling(file.getFileName() + ".new");
        Files.createDirectories(file.toAbsolutePath().getParent());
        try (FileChannel channel = FileChannel.open(aside, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(bytes));
            channel.force(true);
        }
        Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        try (FileChannel directory = FileChannel.open(file.toAbsolutePath().getParent())) {
            directory.force(true);
        }
    }
}
