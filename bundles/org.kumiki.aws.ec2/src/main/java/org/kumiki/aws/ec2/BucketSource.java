package org.kumiki.aws.ec2;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

import org.kumiki.api.command.TransferCommand.Source;
import org.kumiki.api.datacenter.DatacenterException;
import org.kumiki.api.datacenter.DatacenterException.Kind;
import org.kumiki.api.datacenter.DatacenterException.Reason;
import org.kumiki.api.storage.Disk;
import org.kumiki.aws.wire.AwsException;
import org.kumiki.aws.wire.Structure;

/** Disks in buckets, as clients name them. Formats are declared and never guessed from the content, which is the sender's. */
final class BucketSource {

    private static final Map<String, Disk.Format> ENDINGS = Map.of(".qcow2", Disk.Format.QCOW2, ".raw", Disk.Format.RAW, ".img", Disk.Format.RAW);
    private static final Set<Reason> SAID_OTHERWISE = Set.of(Reason.NOT_FOUND, Reason.DENIED, Reason.INVALID);

    private BucketSource() {
    }

    /** Of a {@code bucket/key} whose name says what it is. */
    static Source ofLocation(String location) {
        int slash = location.indexOf('/');
        String name = location.toLowerCase(Locale.ROOT);
        boolean gzip = name.endsWith(".gz");
        String inner = gzip ? name.substring(0, name.length() - ".gz".length()) : name;
        Optional<Disk.Format> format = ENDINGS.entrySet().stream().filter(ending -> inner.endsWith(ending.getKey())).map(Map.Entry::getValue).findFirst();
        if (slash < 1 || slash == location.length() - 1 || format.isEmpty()) {
            throw AwsException.refuse("InvalidAMILocation", "The location '" + Text.brief(location) + "' is not one of an image: expecting"
                    + " bucket/name, where the name ends in .qcow2, .raw or .img, and in .gz after that if it is packed.");
        }
        return new Source(location.substring(0, slash), location.substring(slash + 1), format.get(), gzip);
    }

    /** Of a container of the operations that import. */
    static Source ofContainer(Structure container) {
        Parameters.only(container, "Description", "DeviceName", "Format", "Url", "UserBucket");
        String bucket = container.structure("UserBucket").text("S3Bucket", "");
        String key = container.structure("UserBucket").text("S3Key", "");
        String url = container.text("Url", "");
        if (url.startsWith("s3://") && url.indexOf('/', "s3://".length()) > 0) {
            String location = url.substring("s3://".length());
            bucket = location.substring(0, location.indexOf('/'));
            key = location.substring(location.indexOf('/') + 1);
        }
        if (bucket.isEmpty() || key.isEmpty()) {
            throw AwsException.refuse("InvalidParameter", "A disk is named by UserBucket (S3Bucket and S3Key), or by a URL that begins with s3://.");
        }
        return new Source(bucket, key, format(container.requiredText("Format")), key.toLowerCase(Locale.ROOT).endsWith(".gz"));
    }

    private static Disk.Format format(String name) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "raw" -> Disk.Format.RAW;
            case "qcow2" -> Disk.Format.QCOW2;
            default -> throw AwsException.refuse("InvalidParameterValue", "Disks of the format " + Text.brief(name) + " are not taken in; \"qemu-img convert\""
                    + " makes one of them that is RAW or QCOW2.");
        };
    }

    /** What is wrong with an object has another code with some operations. */
    static <T> CompletionStage<T> saying(String code, CompletionStage<T> stage) {
        return stage.exceptionallyCompose(failure -> {
            Throwable cause = failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
            boolean ofObject = cause instanceof DatacenterException e && (e.kind() == Kind.BUCKET || e.kind() == Kind.OBJECT)
                    && SAID_OTHERWISE.contains(e.reason());
            return CompletableFuture.failedFuture(ofObject ? new AwsException(400, code, cause.getMessage(), cause) : cause);
        });
    }
}
