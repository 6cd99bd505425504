package org.kumiki.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.Version;

class GoodVersionsTest {

    @TempDir
    Path directory;

    /** What has been put into the bundle. */
    private final List<String> updates = new ArrayList<>();
    private final List<Runnable> later = new ArrayList<>();
    private boolean busy;
    private Path jar;
    private GoodVersions versions;

    @BeforeEach
    void install() throws IOException {
        jar = Files.createDirectories(directory.resolve("load")).resolve("brain.jar");
        Executor executor = task -> {
            if (busy) {
                later.add(task);
            } else {
                task.run();
            }
        };
        versions = new GoodVersions(id -> bundle(), directory.resolve("plugins"), executor);
    }

    @Test
    void theVersionThatWorkedComesBack() throws IOException {
        works(comes("one", 1));
        Origin second = comes("two", 2);

        versions.rollBack(second);

        assertThat(updates).containsExactly("one");
    }

    @Test
    void theVersionThatWasRolledBackIsNeverTakenForTheOneThatWorks() throws IOException {
        works(comes("one", 1));
        versions.rollBack(comes("two", 2));
        Origin back = new Origin("brain", "1.0.0", 7, 0, 3);
        versions.candidate(back); // the second version still lies in the directory
        works(back);

        versions.rollBack(comes("three", 4));

        assertThat(updates).containsExactly("one", "one");
    }

    @Test
    void aVersionThatIsReplacedAsItProvesGoodIsTheOneThatIsKept() throws IOException {
        Origin first = comes("one", 1);
        busy = true;
        works(first);
        Origin second = comes("two", 2);
        busy = false;
        later.forEach(Runnable::run);

        versions.rollBack(second);

        assertThat(updates).containsExactly("one");
    }

    @Test
    void aBundleIsNotReplacedByItself() throws IOException {
        Origin one = comes("one", 1);
        Origin other = comes("one", 2); // a second brain of the same bundle
        works(one);

        versions.rollBack(other);
        versions.rollBack(one);

        assertThat(updates).isEmpty();
    }

    private Origin comes(String content, long service) throws IOException {
        Files.writeString(jar, content);
        Origin origin = new Origin("brain", "1.0.0", 7, 0, service);
        versions.candidate(origin);
        return origin;
    }

    private void works(Origin origin) {
        for (int answer = 0; answer < 10; answer++) {
            versions.answered(origin);
        }
    }

    private Bundle bundle() {
        return (Bundle) Proxy.newProxyInstance(Bundle.class.getClassLoader(), new Class<?>[] { Bundle.class },
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "getLocation" -> jar.toUri().toString();
                    case "getVersion" -> Version.emptyVersion;
                    case "update" -> {
                        updates.add(read((InputStream) arguments[0]));
                        yield null;
                    }
                    default -> throw new UnsupportedOperationException(method.getName());
                });
    }

    private static String read(InputStream stream) {
        try {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
