package org.kumiki.launcher;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipFile;

import javax.security.auth.x500.X500Principal;

import jdk.security.jarsigner.JarSigner;

/** Keys and their certificates (RFC 5280), without the seconds that the JDK's tools take; the end-to-end test has those. */
final class Keys {

    /** Object identifiers, as they are encoded. */
    private static final byte[] ECDSA_WITH_SHA256 = { 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 0x04, 0x03, 0x02 };
    private static final byte[] BASIC_CONSTRAINTS = { 0x55, 0x1d, 0x13 };
    private static final byte[] EXTENDED_KEY_USAGE = { 0x55, 0x1d, 0x25 };
    private static final byte[] SERVER_AUTH = { 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x01 };
    private static final byte[] CODE_SIGNING = { 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x03 };

    /** A certificate may say what its key is for. */
    enum Purpose { ANYTHING, SIGNING, WEB_SERVER, ISSUING }

    private record Key(KeyPair pair, List<X509Certificate> chain) {
    }

    private final Map<String, Key> keys = new HashMap<>();

    /** A key that vouches for itself. */
    Keys create(String name) {
        return create(name, Purpose.ANYTHING, Duration.ZERO);
    }

    /** @param begins when its ten days begin, from now */
    Keys create(String name, Purpose purpose, Duration begins) {
        KeyPair pair = pair();
        keys.put(name, new Key(pair, List.of(certificate(name, pair, name, pair, purpose, begins))));
        return this;
    }

    /** A key that another one vouches for. */
    Keys issue(String name, String issuer, Purpose purpose) {
        KeyPair pair = pair();
        Key by = keys.get(issuer);
        keys.put(name, new Key(pair, Stream.concat(Stream.of(certificate(name, pair, issuer, by.pair(), purpose, Duration.ZERO)), by.chain().stream())
                .toList()));
        return this;
    }

    /** The certificate in PEM format. */
    String pem(String name) {
        try {
            String text = Base64.getMimeEncoder(64, new byte[] { '\n' }).encodeToString(keys.get(name).chain().get(0).getEncoded());
            return "-----BEGIN CERTIFICATE-----\n" + text + "\n-----END CERTIFICATE-----\n";
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    TrustedKeys trusted(String... names) {
        return new TrustedKeys(Stream.of(names).map(name -> keys.get(name).chain().get(0)).collect(Collectors.toSet()));
    }

    Path sign(Path jar, Path signed, String name) {
        Key key = keys.get(name);
        try (ZipFile file = new ZipFile(jar.toFile()); OutputStream out = Files.newOutputStream(signed)) {
            new JarSigner.Builder(key.pair().getPrivate(), CertificateFactory.getInstance("X.509").generateCertPath(key.chain()))
                    .signerName(name.toUpperCase(Locale.ROOT)).build().sign(file, out);
            return signed;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static KeyPair pair() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static X509Certificate certificate(String name, KeyPair pair, String issuer, KeyPair issuers, Purpose purpose, Duration begins) {
        Instant from = Instant.now().minusSeconds(60).plus(begins);
        byte[] algorithm = sequence(der(0x06, ECDSA_WITH_SHA256));
        byte[] serial = BigInteger.valueOf(System.nanoTime()).abs().toByteArray();
        byte[] content = sequence(der(0xa0, der(0x02, new byte[] { 2 })), der(0x02, serial), algorithm, name(issuer),
                sequence(time(from), time(from.plus(Duration.ofDays(10)))), name(name), pair.getPublic().getEncoded(),
                der(0xa3, sequence(extensions(purpose))));
        try {
            Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(issuers.getPrivate());
            signature.update(content);
            byte[] whole = sequence(content, algorithm, der(0x03, new byte[] { 0 }, signature.sign()));
            return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(whole));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[][] extensions(Purpose purpose) {
        byte[] notIssuing = extension(BASIC_CONSTRAINTS, sequence());
        return switch (purpose) {
            case ANYTHING -> new byte[][] { notIssuing };
            case ISSUING -> new byte[][] { extension(BASIC_CONSTRAINTS, sequence(der(0x01, new byte[] { -1 }))) };
            case SIGNING -> new byte[][] { notIssuing, extension(EXTENDED_KEY_USAGE, sequence(der(0x06, CODE_SIGNING))) };
            case WEB_SERVER -> new byte[][] { notIssuing, extension(EXTENDED_KEY_USAGE, sequence(der(0x06, SERVER_AUTH))) };
        };
    }

    private static byte[] extension(byte[] identifier, byte[] value) {
        return sequence(der(0x06, identifier), der(0x04, value));
    }

    private static byte[] name(String name) {
        return new X500Principal("CN=" + name).getEncoded();
    }

    private static byte[] time(Instant time) {
        return der(0x17, DateTimeFormatter.ofPattern("yyMMddHHmmss'Z'").withZone(ZoneOffset.UTC).format(time).getBytes(US_ASCII));
    }

    private static byte[] sequence(byte[]... parts) {
        return der(0x30, parts);
    }

    /** A tag, a length, and what is in it (X.690). */
    private static byte[] der(int tag, byte[]... parts) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            content.writeBytes(part);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(tag);
        if (content.size() < 128) {
            out.write(content.size());
        } else if (content.size() < 256) {
            out.write(0x81);
            out.write(content.size());
        } else {
            out.write(0x82);
            out.write(content.size() >> 8);
            out.write(content.size());
        }
        out.writeBytes(content.toByteArray());
        return out.toByteArray();
    }
}
