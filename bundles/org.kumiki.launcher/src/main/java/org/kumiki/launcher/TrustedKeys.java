package org.kumiki.launcher;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertPath;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Date;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The certificates of {@code conf/trusted}: bundles must be signed by the keys of these, or of what these vouch for. */
record TrustedKeys(Set<X509Certificate> certificates) {

    private static final String CODE_SIGNING = "1.3.6.1.5.5.7.3.3";
    private static final String ANY_PURPOSE = "2.5.29.37.0";

    /** Every file there counts: one that cannot be read must not be the reason why nobody asks for signatures. */
    static TrustedKeys in(Path directory) throws IOException {
        Set<X509Certificate> certificates = new LinkedHashSet<>();
        if (Files.isDirectory(directory)) {
            List<Path> files;
            try (Stream<Path> entries = Files.list(directory)) {
                files = entries.sorted().toList();
            }
            for (Path file : files) {
                certificates.addAll(read(file));
            }
        }
        return new TrustedKeys(Set.copyOf(certificates));
    }

    private static List<X509Certificate> read(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            List<X509Certificate> found = CertificateFactory.getInstance("X.509").generateCertificates(in).stream()
                    .map(X509Certificate.class::cast).toList();
            if (!found.isEmpty()) {
                return found;
            }
        } catch (CertificateException e) {
            throw new IOException(file + " is no certificate in PEM format (" + e.getMessage() + ")", e);
        }
        throw new IOException(file + " holds no certificate in PEM format");
    }

    /** Nobody asks for signatures. */
    boolean isEmpty() {
        return certificates.isEmpty();
    }

    /**
     * Checks that a signer's certificate is one of ours, or was issued by one of ours in order to sign.
     *
     * @throws GeneralSecurityException says what is wrong with it
     */
    void vouchFor(CertPath path, Instant now) throws GeneralSecurityException {
        List<X509Certificate> chain = path.getCertificates().stream().map(X509Certificate.class::cast).toList();
        X509Certificate signer = chain.get(0);
        Date date = Date.from(now);
        signer.checkValidity(date);
        if (certificates.contains(signer)) {
            return;
        }
        mustBeForSigning(signer);
        Set<TrustAnchor> issuers = certificates.stream().filter(certificate -> mayIssue(certificate, date))
                .map(certificate -> new TrustAnchor(certificate, null)).collect(Collectors.toSet());
        if (issuers.isEmpty()) {
            throw new CertificateException("none of the trusted certificates is it, and none may issue others");
        }
        PKIXParameters parameters = new PKIXParameters(issuers);
        parameters.setRevocationEnabled(false); // to take trust back, delete a file
        parameters.setDate(date);
        List<X509Certificate> below = chain.stream().takeWhile(certificate -> !certificates.contains(certificate)).toList();
        CertPathValidator.getInstance("PKIX").validate(CertificateFactory.getInstance("X.509").generateCertPath(below), parameters);
    }

    private static boolean mayIssue(X509Certificate certificate, Date date) {
        return certificate.getBasicConstraints() >= 0 && !date.before(certificate.getNotBefore()) && !date.after(certificate.getNotAfter());
    }

    /** Else whoever has a web server's certificate from the same authority could sign bundles. */
    private static void mustBeForSigning(X509Certificate signer) throws CertificateException {
        List<String> purposes = signer.getExtendedKeyUsage();
        boolean[] usages = signer.getKeyUsage();
        if (purposes != null && !purposes.contains(CODE_SIGNING) && !purposes.contains(ANY_PURPOSE) || usages != null && !usages[0]) {
            throw new CertificateException("its certificate is not for signing code");
        }
    }
}
