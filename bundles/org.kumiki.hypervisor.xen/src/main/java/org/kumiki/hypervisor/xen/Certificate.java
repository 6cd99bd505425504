package org.kumiki.hypervisor.xen;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;

import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x509.TBSCertificate;
import org.bouncycastle.asn1.x509.Time;
import org.bouncycastle.asn1.x509.V3TBSCertificateGenerator;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;

/**
 * By what one side of a move shows the other who it is: a new key for each move, and a certificate that the other side is told to take, and no other.
 * That it is valid at any time is no risk, since it is forgotten with the move; hosts whose clocks differ understand each other.
 *
 * @param certificate what the other side is told, as PEM
 * @param whole       the key and the certificate, as PEM: a secret
 */
record Certificate(byte[] certificate, byte[] whole) {

    static final String NAME = "kumiki";
    private static final Date FROM = Date.from(Instant.parse("2000-01-01T00:00:00Z"));
    private static final Date UNTIL = Date.from(Instant.parse("2099-01-01T00:00:00Z"));
    private static final int SERIAL_BITS = 120;

    static Certificate make() throws IOException {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            KeyPair pair = generator.generateKeyPair();
            String certificate = pem("CERTIFICATE", signed(pair));
            String whole = pem("PRIVATE KEY", pair.getPrivate().getEncoded()) + certificate;
            return new Certificate(certificate.getBytes(US_ASCII), whole.getBytes(US_ASCII));
        } catch (GeneralSecurityException e) {
            throw new IOException("no key for a move can be made: " + e.getMessage(), e);
        }
    }

    private static byte[] signed(KeyPair pair) throws GeneralSecurityException, IOException {
        AlgorithmIdentifier algorithm = new AlgorithmIdentifier(X9ObjectIdentifiers.ecdsa_with_SHA256);
        V3TBSCertificateGenerator content = new V3TBSCertificateGenerator();
        content.setSerialNumber(new ASN1Integer(new BigInteger(SERIAL_BITS, new SecureRandom()).add(BigInteger.ONE)));
        content.setIssuer(new X500Name("CN=" + NAME));
        content.setSubject(new X500Name("CN=" + NAME));
        content.setStartDate(new Time(FROM));
        content.setEndDate(new Time(UNTIL));
        content.setSignature(algorithm);
        content.setSubjectPublicKeyInfo(SubjectPublicKeyInfo.getInstance(pair.getPublic().getEncoded()));
        TBSCertificate unsigned = content.generateTBSCertificate();
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(pair.getPrivate());
        signature.update(unsigned.getEncoded(ASN1Encoding.DER));
        return new DERSequence(new ASN1Encodable[] { unsigned, algorithm, new DERBitString(signature.sign()) }).getEncoded(ASN1Encoding.DER);
    }

    private static String pem(String kind, byte[] der) {
        return "-----BEGIN " + kind + "-----\n" + Base64.getMimeEncoder(64, new byte[] { '\n' }).encodeToString(der) + "\n-----END " + kind + "-----\n";
    }
}
