package org.kumiki.hypervisor.vsphere;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.Locale;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/** Which servers are believed to be who they say they are. Nobody is believed just so. */
final class Trust {

    private Trust() {
    }

    /**
     * @param authorities a file of certificates in PEM, each of which may vouch for a server or be its own; empty for those of Java
     * @param thumbprint  of the one certificate that a server must have, whatever name is in it; empty if one vouches for it
     */
    static SSLContext context(String authorities, String thumbprint) throws IOException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            TrustManager[] managers = null; // those of Java
            if (!thumbprint.isEmpty()) {
                managers = new TrustManager[] { new Pinned(digest(thumbprint)) };
            } else if (!authorities.isEmpty()) {
                managers = managers(Path.of(authorities));
            }
            context.init(null, managers, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException("no certificates can be checked: " + e.getMessage(), e);
        }
    }

    private static TrustManager[] managers(Path file) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        try (InputStream bytes = Files.newInputStream(file)) {
            for (Certificate certificate : CertificateFactory.getInstance("X.509").generateCertificates(bytes)) {
                store.setCertificateEntry("authority-" + store.size(), certificate);
            }
        }
        if (store.size() == 0) {
            throw new IOException("there is no certificate in " + file);
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers();
    }

    /**
     * The bytes of a SHA-256 thumbprint in hexadecimal, with or without colons.
     *
     * @throws IllegalArgumentException if it is none
     */
    static byte[] digest(String thumbprint) {
        String plain = thumbprint.replace(":", "").strip().toLowerCase(Locale.ROOT);
        if (!plain.matches("[0-9a-f]{64}")) {
            throw new IllegalArgumentException("a SHA-256 thumbprint is 32 bytes in hexadecimal: " + thumbprint);
        }
        return HexFormat.of().parseHex(plain);
    }

    /** Believes one certificate. As it says exactly which, the name in it and who has signed it do not matter. */
    private static final class Pinned extends X509ExtendedTrustManager {

        private final byte[] digest;

        Pinned(byte[] digest) {
            this.digest = digest;
        }

        private void check(X509Certificate[] chain) throws CertificateException {
            try {
                byte[] actual = MessageDigest.getInstance("SHA-256").digest(chain[0].getEncoded());
                if (!MessageDigest.isEqual(digest, actual)) {
                    throw new CertificateException("the server's certificate has another SHA-256 thumbprint: " + HexFormat.ofDelimiter(":")
                            .formatHex(actual));
                }
            } catch (GeneralSecurityException e) {
                throw e instanceof CertificateException refusal ? refusal : new CertificateException(e);
            }
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
            check(chain);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
            check(chain);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
            check(chain);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
            throw new CertificateException("there are no clients here");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
            throw new CertificateException("there are no clients here");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
            throw new CertificateException("there are no clients here");
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
