package org.kumiki.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipFile;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SignaturesTest {

    private static final Keys KEYS = new Keys().create("vendor").create("stranger")
            .create("late", Keys.Purpose.ANYTHING, Duration.ofDays(-20))
            .create("early", Keys.Purpose.ANYTHING, Duration.ofDays(10))
            .create("authority", Keys.Purpose.ISSUING, Duration.ZERO)
            .issue("coder", "authority", Keys.Purpose.SIGNING)
            .issue("web", "authority", Keys.Purpose.WEB_SERVER)
            .issue("guest", "vendor", Keys.Purpose.SIGNING);

    @TempDir
    Path directory;
    private Path plain;
    private Path good;

    @BeforeEach
    void sign() {
        plain = Jars.bundle(file("plain"), "vendor.thing", "1.0.0");
        good = KEYS.sign(plain, file("good"), "vendor");
    }

    @Test
    void whatATrustedKeySignedIsLetIn() throws Exception {
        assertThat(signer(good, KEYS.trusted("stranger", "vendor"))).isEqualTo("CN=vendor");
    }

    @Test
    void aTrustedAuthorityVouchesForWhatItIssuedForSigning() throws Exception {
        assertThat(signer(KEYS.sign(plain, file("coder"), "coder"), KEYS.trusted("authority"))).isEqualTo("CN=coder");
    }

    @Test
    void aWebServersCertificateSignsNoBundles() {
        refuses(KEYS.sign(plain, file("web"), "web"), KEYS.trusted("authority"), "not for signing code");
    }

    @Test
    void whoMaySignMayNotTherebyMakeOthersSign() {
        refuses(KEYS.sign(plain, file("guest"), "guest"), KEYS.trusted("vendor"), "CN=guest", "none may issue others");
    }

    @Test
    void whatNobodySignedIsRefused() {
        refuses(plain, KEYS.trusted("vendor"), "is not signed", "jarsigner");
    }

    @Test
    void whatAStrangerSignedIsRefused() {
        refuses(KEYS.sign(plain, file("strange"), "stranger"), KEYS.trusted("vendor", "authority"), "CN=stranger", "not trusted");
    }

    @Test
    void oneTrustedSignerIsEnoughIfItSignedAll() throws Exception {
        Path both = KEYS.sign(good, file("both"), "stranger");

        assertThat(signer(both, KEYS.trusted("vendor"))).isEqualTo("CN=vendor");
        assertThat(signer(both, KEYS.trusted("stranger"))).isEqualTo("CN=stranger");
    }

    @Test
    void anEntryThatATrustedSignerDidNotSeeIsRefused() {
        Path more = KEYS.sign(Jars.with(good, file("more"), "vendor/late.txt", "added by a stranger"), file("both"), "stranger");

        refuses(more, KEYS.trusted("vendor"), "not trusted", "stranger");
    }

    @Test
    void aChangedClassIsRefused() {
        refuses(Jars.changed(good, file("bad"), "vendor/Thing.class", bytes -> new byte[] { 1 }), KEYS.trusted("vendor"), "changed after",
                "vendor/Thing.class");
    }

    @Test
    void aChangedManifestIsRefused() {
        refuses(Jars.changed(good, file("bad"), "META-INF/MANIFEST.MF", Jars.text("Bundle-Version: 1.0.0", "Bundle-Version: 9.0.0")),
                KEYS.trusted("vendor"), "changed after");
    }

    @Test
    void anEntryThatWasAddedIsRefused() {
        refuses(Jars.with(good, file("bad"), "vendor/More.class", "more"), KEYS.trusted("vendor"), "vendor/More.class", "not signed");
    }

    @Test
    void whatLooksLikeASecondManifestOrAHalfSignatureIsAnEntryLikeAnyOther() {
        for (String name : List.of("meta-inf/manifest.mf", "META-INF/SIG-THING", "META-INF/services/vendor.Thing",
                "META-INF/versions/17/vendor/Thing.class")) {
            refuses(Jars.with(good, file("bad"), name, "Bundle-Version: 9\n\n"), KEYS.trusted("vendor"), name);
        }
    }

    @Test
    void anEntryThatWasTakenAwayIsRefused() {
        refuses(Jars.without(good, file("bad"), "vendor/thing.txt"), KEYS.trusted("vendor"), "vendor/thing.txt", "taken away");
    }

    @Test
    void aSignatureOfAnotherJarIsRefused() {
        Path other = KEYS.sign(Jars.bundle(file("other"), "vendor.other", "1.0.0"), file("signed"), "vendor");
        Path mixed = Jars.changed(good, file("mixed"), "META-INF/VENDOR.SF", bytes -> Jars.entry(other, "META-INF/VENDOR.SF"));

        refuses(mixed, KEYS.trusted("vendor"), "changed after");
    }

    @Test
    void certificatesCountWhileTheyAreValid() {
        refuses(KEYS.sign(plain, file("late"), "late"), KEYS.trusted("late"), "NotAfter");
        refuses(KEYS.sign(plain, file("early"), "early"), KEYS.trusted("early"), "NotBefore");
    }

    @Test
    void theDigestIsOfWhatIsSignedAndNotOfTheSignature() throws IOException {
        assertThat(Content.digest(KEYS.sign(plain, file("again"), "vendor"))).isEqualTo(Content.digest(good));
        assertThat(Content.digest(KEYS.sign(good, file("both"), "stranger"))).isEqualTo(Content.digest(good));
        assertThat(Stream.of(Jars.with(good, file("with"), "a", ""), Jars.without(good, file("without"), "vendor/thing.txt"),
                Jars.changed(good, file("changed"), "vendor/thing.txt", Jars.text("1", "2"))).map(SignaturesTest::digest))
                .doesNotContain(digest(good)).doesNotHaveDuplicates();
    }

    @Test
    void nothingIsLeftOfTheCheck() throws Exception {
        signer(good, KEYS.trusted("vendor"));
        refuses(plain, KEYS.trusted("vendor"), "not signed");

        assertThat(directory.resolve("scratch")).isEmptyDirectory();
    }

    private Path file(String name) {
        return directory.resolve(name + ".jar");
    }

    private static String digest(Path jar) {
        try {
            return Content.digest(jar);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private String signer(Path jar, TrustedKeys trusted) throws BundleRefused, IOException {
        try (ZipFile file = new ZipFile(jar.toFile())) {
            return Signatures.signer(Content.of(file), trusted, Instant.now(), Files.createDirectories(directory.resolve("scratch")));
        }
    }

    private void refuses(Path jar, TrustedKeys trusted, String... because) {
        assertThatExceptionOfType(BundleRefused.class).isThrownBy(() -> signer(jar, trusted))
                .satisfies(e -> assertThat(e.getMessage()).contains(because));
    }
}
