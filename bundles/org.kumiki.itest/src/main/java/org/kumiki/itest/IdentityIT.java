package org.kumiki.itest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.kumiki.api.identity.AccessKey;
import org.kumiki.api.identity.Identity;
import org.osgi.framework.BundleContext;
import org.osgi.test.common.annotation.InjectBundleContext;
import org.osgi.test.common.annotation.InjectService;
import org.osgi.test.junit5.context.BundleContextExtension;
import org.osgi.test.junit5.service.ServiceExtension;

/** The first access key, and what an operator does to the others while the platform runs. */
@Timeout(60)
@ExtendWith({ BundleContextExtension.class, ServiceExtension.class })
class IdentityIT {

    private static final String SECTION = """

            [key AKIAITEST]
            account = %s
            secret = only-for-this-test
            active = %s
            """;

    @InjectBundleContext
    BundleContext context;

    @InjectService(timeout = 10_000)
    Identity identity;

    @Test
    void theFirstKeyIsForItsOwnerAlone() throws Exception {
        Path credentials = data().resolve("credentials");
        String id = Files.readString(credentials).lines().filter(line -> line.startsWith("aws_access_key_id=")).findFirst().orElseThrow()
                .substring("aws_access_key_id=".length());

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(credentials))).isEqualTo("rw-------");
        assertThat(identity.accessKey(id)).map(AccessKey::account).contains(identity.root());
    }

    @Test
    void aKeyComesAndIsDisabledAndGoesWhileThePlatformRuns() throws Exception {
        Path file = data().resolve("identity/accounts.ini");
        String before = Files.readString(file);
        try {
            Files.writeString(file, before + SECTION.formatted(identity.root().id(), true));
            while (identity.accessKey("AKIAITEST").isEmpty()) {
                TimeUnit.MILLISECONDS.sleep(10);
            }
            Files.writeString(file, before + SECTION.formatted(identity.root().id(), false));
            while (identity.accessKey("AKIAITEST").orElseThrow().active()) {
                TimeUnit.MILLISECONDS.sleep(10);
            }
        } finally {
            Files.writeString(file, before);
        }
        while (identity.accessKey("AKIAITEST").isPresent()) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }

    private Path data() {
        return Path.of(context.getProperty("kumiki.data"));
    }
}
