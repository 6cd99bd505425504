package org.kumiki.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.Set;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PasswordFileTest {

    @TempDir
    Path directory;

    private Path file;
    private PasswordFile password;

    @BeforeEach
    void nameTheFile() {
        file = directory.resolve("console-password");
        password = new PasswordFile(file);
    }

    @Test
    void theFirstStartMakesARandomPasswordThatOnlyItsOwnerReads() throws IOException {
        password.ensure();

        assertThat(password.read()).hasValueSatisfying(text -> assertThat(text).matches("([a-z2-9]{5}-){3}[a-z2-9]{5}"));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file))).isEqualTo("rw-------");
        assertThat(directory).isDirectoryContaining(path -> path.equals(file)).isDirectoryNotContaining(path -> !path.equals(file));
    }

    @Test
    void noTwoPasswordsAreTheSame() throws IOException {
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < 50; i++) {
            PasswordFile one = new PasswordFile(directory.resolve("password-" + i));
            one.ensure();
            assertThat(seen.add(one.read().orElseThrow())).isTrue();
        }
    }

    @Test
    void theNextStartKeepsIt() throws IOException {
        password.ensure();
        String first = password.read().orElseThrow();

        password.ensure();

        assertThat(password.read()).contains(first);
    }

    @Test
    void aCrashHalfwayLeavesNothingInTheWay() throws IOException {
        Files.writeString(directory.resolve("console-password.new"), "");

        password.ensure();

        assertThat(password.read()).isPresent();
    }

    @Test
    void aFileThatOthersCouldReadIsClosed() throws IOException {
        Files.writeString(file, "chosen by an operator\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));

        password.ensure();

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file))).isEqualTo("rw-------");
        assertThat(password.read()).contains("chosen by an operator");
    }

    @Test
    void aShortPasswordLetsNobodyIn() throws IOException {
        Files.writeString(file, "admin\n");

        assertThat(password.read()).isEmpty();
    }

    @Test
    void withoutAFileNobodyGetsIn() throws IOException {
        assertThat(password.read()).isEmpty();
    }
}
