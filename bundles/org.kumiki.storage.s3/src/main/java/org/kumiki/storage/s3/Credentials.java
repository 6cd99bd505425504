package org.kumiki.storage.s3;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Set;

import org.kumiki.api.blob.BlobException;
import org.kumiki.api.blob.BlobException.Reason;

import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.profiles.Profile;
import software.amazon.awssdk.profiles.ProfileFile;

/** Access to the cluster, from a file that only its owner may read. It is read for each request, so that new keys need no restart. */
record Credentials(Path file, String profile) implements AwsCredentialsProvider {

    private static final Set<PosixFilePermission> OTHERS = EnumSet.of(PosixFilePermission.GROUP_READ, PosixFilePermission.OTHERS_READ,
            PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);

    @Override
    public AwsCredentials resolveCredentials() {
        try {
            if (Files.getPosixFilePermissions(file).stream().anyMatch(OTHERS::contains)) {
                throw unusable("others may read or write it; chmod 600 it", null);
            }
            Profile found = ProfileFile.builder().content(file).type(ProfileFile.Type.CREDENTIALS).build().profile(profile)
                    .orElseThrow(() -> unusable("it has no profile " + profile, null));
            return AwsBasicCredentials.create(value(found, "aws_access_key_id"), value(found, "aws_secret_access_key"));
        } catch (IOException e) {
            throw unusable("it cannot be read: " + e, e);
        }
    }

    private String value(Profile found, String name) {
        return found.property(name).orElseThrow(() -> unusable("the profile " + profile + " has no " + name, null));
    }

    private BlobException unusable(String why, IOException cause) {
        return new BlobException(Reason.UNAVAILABLE, "the credentials for the cluster are to be in " + file + ": " + why, cause);
    }
}
