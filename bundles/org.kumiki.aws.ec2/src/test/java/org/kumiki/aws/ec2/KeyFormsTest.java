package org.kumiki.aws.ec2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.kumiki.aws.wire.AwsException;

/** The keys made here are keys to the programs that use them, and have the fingerprints that EC2's documentation says how to check. */
class KeyFormsTest {

    @TempDir
    Path directory;

    static List<FreshKey> fresh() {
        return List.of(FreshKey.rsa("web 1"), FreshKey.ed25519("web 1"));
    }

    @ParameterizedTest
    @MethodSource("fresh")
    void thePrivateHalfBelongsToThePublicHalf(FreshKey key) throws Exception {
        Path file = directory.resolve("key");
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, key.privateKey());

        String[] derived = run("ssh-keygen", "-y", "-f", file.toString()).split(" ");

        assertThat(key.publicKey()).startsWith(derived[0] + " " + derived[1].strip() + " ").endsWith(" web-1");
    }

    @Test
    void anRsaKeyHasTheFingerprintsOfEc2() throws Exception {
        FreshKey key = FreshKey.rsa("k");
        Path file = Files.writeString(directory.resolve("key.pem"), key.privateKey());
        Path pkcs8 = directory.resolve("key.der");
        Path der = directory.resolve("public.der");
        run("openssl", "pkcs8", "-in", file.toString(), "-inform", "PEM", "-outform", "DER", "-topk8", "-nocrypt",
                "-out", pkcs8.toString());
        run("openssl", "rsa", "-in", file.toString(), "-pubout", "-outform", "DER", "-out", der.toString());

        assertThat(run("openssl", "sha1", "-c", pkcs8.toString())).contains(key.fingerprint());
        assertThat(run("openssl", "md5", "-c", der.toString())).contains(PublicKey.parse(key.publicKey()).fingerprint());
    }

    @Test
    void anEd25519KeyHasTheFingerprintOfSsh() throws Exception {
        FreshKey key = FreshKey.ed25519("k");
        Path file = Files.writeString(directory.resolve("key.pub"), key.publicKey() + "\n");

        assertThat(run("ssh-keygen", "-l", "-E", "sha256", "-f", file.toString())).contains("SHA256:" + key.fingerprint().replace("=", ""));
        assertThat(PublicKey.parse(key.publicKey()).fingerprint()).isEqualTo(key.fingerprint());
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "ssh-rsa", "ssh-rsa !!!", "ssh-rsa AAAA", "ssh-dss AAAAB3NzaC1kc3MAAAAA", "ssh-rsa AAAAB3NzaC1yc2H/////",
            "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAAQA=", "ssh-rsa AAAAC3NzaC1lZDI1NTE5AAAAAQA=" })
    void whatIsNoKeyIsRefused(String text) {
        AwsException refused = catchThrowableOfType(AwsException.class, () -> PublicKey.parse(text));

        assertThat(refused.code()).isEqualTo("InvalidKey.Format");
    }

    /** A second line would be a second key, or an option, in the guest's list of keys. */
    @Test
    void aKeyIsOneLine() {
        String line = FreshKey.ed25519("k").publicKey();

        AwsException refused = catchThrowableOfType(AwsException.class, () -> PublicKey.parse(line + "\nssh-rsa AAAA"));

        assertThat(refused.code()).isEqualTo("InvalidKey.Format");
    }

    private static String run(String... command) throws Exception {
        Process process;
        try {
            process = new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (IOException e) {
            assumeTrue(false, "no " + command[0] + " here");
            throw e;
        }
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }
}
