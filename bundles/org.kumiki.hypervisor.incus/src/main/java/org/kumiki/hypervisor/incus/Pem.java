package org.kumiki.hypervisor.incus;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.EnumSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Keys and certificates from files, as {@code openssl} and the servers' own clients write them. */
final class Pem {

    private static final int LONGEST = 1 << 16;
    private static final Pattern KEY = Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");

    private static final Set<PosixFilePermission> OTHERS = EnumSet.of(PosixFilePermission.GROUP_READ, PosixFilePermission.GROUP_WRITE,
            PosixFilePermission.OTHERS_READ, PosixFilePermission.OTHERS_WRITE);

    private Pem() {
    }

    /** A store of one key, with its certificate, under a password that is only to satisfy the interface. */
    static KeyStore identity(Path certificate, Path key, char[] password) throws IOException {
        try {
            Certificate ours = certificate(certificate);
            KeyStore store = empty();
            store.setKeyEntry("kumiki", key(key, ours.getPublicKey().getAlgorithm()), password, new Certificate[] { ours });
            return store;
        } catch (GeneralSecurityException e) {
            throw new IOException(key + " and " + certificate + " are no key with its certificate: " + e.getMessage(), e);
        }
    }

    /** A store in which one certificate is trusted, and no other. */
    static KeyStore trusting(Path certificate) throws IOException {
        try {
            KeyStore store = empty();
            store.setCertificateEntry("server", certificate(certificate));
            return store;
        } catch (GeneralSecurityException e) {
            throw new IOException(certificate + " is no certificate: " + e.getMessage(), e);
        }
    }

    private static KeyStore empty() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    private static Certificate certificate(Path file) throws GeneralSecurityException, IOException {
        return CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(read(file)));
    }

    private static PrivateKey key(Path file, String algorithm) throws GeneralSecurityException, IOException {
        if (Files.getPosixFilePermissions(file).stream().anyMatch(OTHERS::contains)) {
            throw new IOException("others than its owner may use " + file + ": chmod 600 it");
        }
        Matcher pem = KEY.matcher(new String(read(file), US_ASCII));
        if (!pem.find()) {
            throw new IOException(file + " holds no private key in PKCS #8; openssl pkcs8 -topk8 -nocrypt makes one of another");
        }
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(pem.group(1))));
    }

    private static byte[] read(Path file) throws IOException {
        if (Files.size(file) > LONGEST) {
            throw new IOException(file + " is too long for a key or a certificate");
        }
        return Files.readAllBytes(file);
    }
}
