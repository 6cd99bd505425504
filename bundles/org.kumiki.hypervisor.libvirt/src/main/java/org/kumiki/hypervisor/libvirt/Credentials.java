package org.kumiki.hypervisor.libvirt;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import java.util.Optional;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;

/** By what we know a daemon over TLS, and it knows us. The files are read each time, so that new ones count with the next connection. */
record Credentials(Path authority, Path certificate, Path key) {

    private static final char[] NO_PASSWORD = {};
    private static final int LONGEST = 1 << 20;

    /** None if no file is named. */
    static Optional<Credentials> of(String authority, String certificate, String key) {
        if (authority.isBlank() && certificate.isBlank() && key.isBlank()) {
            return Optional.empty();
        }
        if (authority.isBlank() || certificate.isBlank() || key.isBlank()) {
            throw new IllegalArgumentException("caFile, certificateFile and keyFile go together");
        }
        return Optional.of(new Credentials(Path.of(authority.strip()), Path.of(certificate.strip()), Path.of(key.strip())));
    }

    SSLSocketFactory sockets() throws IOException {
        try {
            KeyStore ours = KeyStore.getInstance("PKCS12");
            ours.load(null, NO_PASSWORD);
            Collection<? extends Certificate> chain = certificates(certificate);
            ours.setKeyEntry("kumiki", key(chain.iterator().next().getPublicKey().getAlgorithm()), NO_PASSWORD, chain.toArray(Certificate[]::new));
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(ours, NO_PASSWORD);
            KeyStore theirs = KeyStore.getInstance("PKCS12");
            theirs.load(null, NO_PASSWORD);
            int number = 0;
            for (Certificate each : certificates(authority)) {
                theirs.setCertificateEntry("authority" + number++, each);
            }
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(theirs);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), trust.getTrustManagers(), new SecureRandom());
            return context.getSocketFactory();
        } catch (GeneralSecurityException e) {
            throw new IOException("the certificates for TLS are of no use: " + e.getMessage(), e);
        }
    }

    private static Collection<? extends Certificate> certificates(Path file) throws IOException, GeneralSecurityException {
        Collection<? extends Certificate> found = CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(read(file)));
        if (found.isEmpty()) {
            throw new IOException("there is no certificate in " + file);
        }
        return found;
    }

    private PrivateKey key(String algorithm) throws IOException, GeneralSecurityException {
        String text = new String(read(key), US_ASCII);
        if (!text.contains("-----BEGIN PRIVATE KEY-----")) {
            throw new IOException("there is no key of PKCS #8 in " + key + "; \"openssl pkcs8 -topk8 -nocrypt\" makes one of another kind");
        }
        String encoded = text.substring(text.indexOf("-----BEGIN PRIVATE KEY-----") + 27).replaceFirst("(?s)-----END.*", "");
        try {
            return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(encoded)));
        } catch (IllegalArgumentException e) {
            throw new IOException("the key in " + key + " is broken", e); // and what is wrong with it is nobody's business
        }
    }

    private static byte[] read(Path file) throws IOException {
        try {
            if (Files.size(file) > LONGEST) {
                throw new IOException(file + " is too large for what it should hold");
            }
            return Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw new IOException("there is no file " + file, e);
        }
    }
}
