package org.kumiki.launcher;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSigner;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;

/** Checks the signatures that {@code jarsigner} leaves in a jar, entry by entry. */
final class Signatures {

    private static final String HOW_TO = "sign it with jarsigner and a key that conf/trusted has the certificate of";

    private Signatures() {
    }

    /**
     * Says who signed all of it: the name in a certificate that is trusted.
     *
     * @param directory where the content can be laid out as a jar for a moment
     */
    static String signer(Content content, TrustedKeys keys, Instant now, Path directory) throws BundleRefused, IOException {
        Path jar = Files.createTempFile(directory, "check", ".jar");
        try {
            content.writeTo(jar);
            try (JarFile file = new JarFile(jar.toFile(), true, JarFile.OPEN_READ, JarFile.baseVersion())) {
                return trusted(commonSigners(file), keys, now);
            }
        } catch (SecurityException e) {
            throw new BundleRefused("it was changed after it was signed (" + e.getMessage() + "); get it again from whoever signed it", e);
        } finally {
            Files.delete(jar);
        }
    }

    /** Whoever signed every single entry. */
    private static Set<CodeSigner> commonSigners(JarFile jar) throws BundleRefused, IOException {
        if (jar.getManifest() == null) {
            throw new BundleRefused("it has no manifest, so nothing of it is signed; " + HOW_TO);
        }
        Set<String> promised = new TreeSet<>(jar.getManifest().getEntries().keySet());
        Set<CodeSigner> common = null;
        for (JarEntry entry : jar.stream().toList()) {
            promised.remove(entry.getName());
            if (entry.getName().equals(JarFile.MANIFEST_NAME) || Content.isSignature(entry.getName())) {
                continue;
            }
            try (InputStream in = jar.getInputStream(entry)) {
                in.transferTo(OutputStream.nullOutputStream()); // only what was read to its end is verified
            }
            CodeSigner[] signers = entry.getCodeSigners();
            if (signers == null) {
                throw new BundleRefused("its entry " + entry.getName() + " is not signed; " + HOW_TO);
            }
            if (common == null) {
                common = new HashSet<>(List.of(signers));
            } else {
                common.retainAll(List.of(signers));
            }
        }
        if (!promised.isEmpty()) {
            throw new BundleRefused("its entry " + promised.iterator().next() + " was taken away after it was signed; get it again from whoever"
                    + " signed it");
        }
        if (common == null || common.isEmpty()) {
            throw new BundleRefused("nobody signed all of it; " + HOW_TO);
        }
        return common;
    }

    private static String trusted(Set<CodeSigner> signers, TrustedKeys keys, Instant now) throws BundleRefused {
        BundleRefused refused = null;
        for (CodeSigner signer : signers) {
            String name = ((X509Certificate) signer.getSignerCertPath().getCertificates().get(0)).getSubjectX500Principal().getName();
            try {
                keys.vouchFor(signer.getSignerCertPath(), now);
                return name;
            } catch (GeneralSecurityException e) {
                refused = new BundleRefused("it is signed by " + name + ", who is not trusted (" + e.getMessage() + "); " + HOW_TO, e);
            }
        }
        throw refused;
    }
}
