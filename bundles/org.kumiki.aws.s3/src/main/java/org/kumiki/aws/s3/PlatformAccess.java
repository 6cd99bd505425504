package org.kumiki.aws.s3;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

import org.kumiki.api.blob.Blob;
import org.kumiki.api.blob.BlobException;
import org.kumiki.api.blob.BlobStore;
import org.kumiki.api.blob.Bucket;
import org.kumiki.api.blob.Precondition;
import org.kumiki.api.blob.Staged;
import org.kumiki.api.identity.Identity;
import org.kumiki.api.model.AccountId;
import org.kumiki.api.object.ObjectAccess;
import org.kumiki.api.object.ObjectException;
import org.kumiki.api.object.ObjectException.Reason;
import org.kumiki.api.object.ObjectSlice;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * Buckets for other services of the platform, which act for an account: the same rules as for that account's own requests, and the same encryption.
 * A client's own key is not here, so what it sealed cannot be read.
 */
@Component
public final class PlatformAccess implements ObjectAccess {

    private static final String READ = "s3:GetObject";
    private static final String WRITE = "s3:PutObject";

    private final BlobStore store;
    private final Identity identity;
    private final Quotas quotas;
    private final Notifier notifier;
    private final MasterKey key;
    private final Clock clock;

    @Activate
    public PlatformAccess(@Reference BlobStore store, @Reference Identity identity, @Reference Quotas quotas, @Reference Notifier notifier,
            BundleContext context) {
        this(store, identity, quotas, notifier, new MasterKey(S3.keyFile(context)), Clock.systemUTC());
    }

    PlatformAccess(BlobStore store, Identity identity, Quotas quotas, Notifier notifier, MasterKey key, Clock clock) {
        this.store = store;
        this.identity = identity;
        this.quotas = quotas;
        this.notifier = notifier;
        this.key = key;
        this.clock = clock;
    }

    @Override
    public ObjectSlice find(AccountId account, String bucket, String name) {
        return guarded(() -> {
            Item item = item(account, bucket, name, Optional.empty());
            encryption(item);
            return new ObjectSlice(bucket, name, item.blob().version(), item.etag(), 0, item.size());
        });
    }

    @Override
    public InputStream open(AccountId account, ObjectSlice slice) {
        return guarded(() -> {
            Item item = item(account, slice.bucket(), slice.key(), Optional.of(slice.version()));
            if (!item.etag().equals(slice.etag()) || slice.offset() + slice.length() > item.size()) {
                throw new ObjectException(Reason.NO_SUCH_OBJECT, "The object '" + slice.location() + "' was replaced meanwhile.");
            }
            return checked(new Content(store, item, encryption(item)).stream(new Range(slice.offset(), slice.offset() + slice.length() - 1)));
        });
    }

    /** What is wrong with a store, or with what it has, is an exception of the bytes for whoever reads them. */
    private static InputStream checked(InputStream bytes) {
        return new FilterInputStream(bytes) {

            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
            }

            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                try {
                    return super.read(buffer, offset, length);
                } catch (RuntimeException e) {
                    throw new IOException("the object cannot be read to its end: " + e.getMessage(), e);
                }
            }
        };
    }

    @Override
    public void requireWritable(AccountId account, String bucket, String name) {
        guarded(() -> writable(account, bucket, name));
    }

    private Bucket writable(AccountId account, String name, String object) {
        Bucket bucket = bucket(name);
        if (!Access.allows(caller(account), facts(account, Optional.empty()), WRITE, bucket, object, Optional.empty())) {
            throw denied(name + "/" + object);
        }
        Target.checkKey(object);
        return bucket;
    }

    @Override
    public void put(AccountId account, String bucketName, String name, InputStream content, Map<String, String> tags) throws IOException {
        Bucket bucket = guarded(() -> writable(account, bucketName, name));
        Map<String, String> attributes = new HashMap<>(Locks.byDefault(bucket, clock.instant()));
        attributes.put("owner", Access.isEnforced(bucket) ? bucket.attributes().get("owner") : account.value());
        if (!tags.isEmpty()) {
            attributes.put(Tags.ATTRIBUTE, Tags.store(tags));
        }
        Encryption encryption = Encryption.byDefault(bucket, key);
        String salt = encryption.salt();
        DigestInputStream digested = new DigestInputStream(content, md5());
        Counted plain = new Counted(digested);
        try (Room room = guarded(() -> quotas.forObject(bucket, name, -1)); Staged staged = store.stage(room.watch(encryption.seal(plain, salt)))) {
            encryption.addTo(attributes);
            if (!encryption.isNone()) {
                attributes.put(Sealing.SALT, salt);
                attributes.put(Item.SIZE, Long.toString(plain.count));
            }
            attributes.put(Item.ETAG, encryption.etag(HexFormat.of().formatHex(digested.getMessageDigest().digest())));
            guarded(() -> {
                Bucket now = writable(account, bucketName, name); // the bytes were long under way
                Event.Cause cause = new Event.Cause(account.value(), "ec2.amazonaws.com", "");
                return notifier.made(() -> cause, EventType.PUT, now, name, attributes, () -> store.put(bucketName, name, List.of(staged), attributes,
                        Versioning.of(now).keeping(), Precondition.NONE));
            });
        } catch (BlobException e) {
            throw translated(e);
        } catch (BodyException e) {
            throw new ObjectException(Reason.DENIED, e.getMessage(), e); // there is no room for it by a quota
        }
    }

    private Item item(AccountId account, String bucketName, String name, Optional<String> version) {
        Bucket bucket = bucket(bucketName);
        Target.checkKey(name);
        Optional<Blob> blob = version.isPresent() ? store.find(bucketName, name, version.get()) : store.find(bucketName, name);
        Optional<Item> item = blob.filter(known -> !known.marker()).map(Item::new);
        String location = bucketName + "/" + name;
        if (item.isEmpty()) {
            if (!Access.allows(caller(account), facts(account, item), "s3:ListBucket", bucket, "", Optional.empty())) {
                throw denied(location); // who may not list does not learn what is there
            }
            throw new ObjectException(Reason.NO_SUCH_OBJECT, "There is no object '" + location + "'.");
        }
        if (!Access.allows(caller(account), facts(account, item), READ, bucket, name, item)) {
            throw denied(location);
        }
        return item.get();
    }

    /** One without an owner is the platform's own, and for no account. */
    private Bucket bucket(String name) {
        return store.bucket(name).filter(found -> found.attributes().containsKey("owner")).orElseThrow(() -> new ObjectException(Reason.NO_SUCH_BUCKET, "There is no bucket '" + name + "'."));
    }

    private static ObjectException denied(String location) {
        return new ObjectException(Reason.DENIED, "Access to '" + location + "' is denied; it must be the account's own, or its policy or ACL must"
                + " let the account in.");
    }

    private Encryption encryption(Item item) {
        return Encryption.managed(item.blob().attributes(), key).orElseThrow(() -> new ObjectException(Reason.SEALED, "The object '"
                + item.blob().bucket() + "/" + item.blob().key() + "' is encrypted with a key that only its client has (SSE-C), so the platform"
                + " cannot read it; copy it without that first."));
    }

    private Caller caller(AccountId account) {
        return new Caller(identity.account(account), Optional.empty());
    }

    /** There is no request of which conditions could ask more. */
    private Function<String, List<String>> facts(AccountId account, Optional<Item> item) {
        return name -> switch (name) {
            case "aws:principalaccount" -> List.of(account.value());
            case "aws:currenttime" -> List.of(clock.instant().toString());
            case "aws:viaawsservice" -> List.of("true");
            default -> name.startsWith("s3:existingobjecttag/") ? item.map(known -> Tags.of(known.blob().attributes())
                    .get(name.substring(name.indexOf('/') + 1))).map(List::of).orElse(List.of()) : List.of();
        };
    }

    /** Something that a store is asked. */
    @FunctionalInterface
    private interface Question<T> {
        T ask();
    }

    private static <T> T guarded(Question<T> question) {
        try {
            return question.ask();
        } catch (BlobException e) {
            throw translated(e);
        } catch (S3Exception e) {
            throw new ObjectException(Reason.DENIED, e.getMessage(), e);
        }
    }

    private static ObjectException translated(BlobException e) {
        return new ObjectException(switch (e.reason()) {
            case NO_SUCH_BUCKET -> Reason.NO_SUCH_BUCKET;
            case NO_SUCH_BLOB -> Reason.NO_SUCH_OBJECT;
            case FULL -> Reason.FULL;
            default -> Reason.UNAVAILABLE;
        }, e.getMessage(), e);
    }

    private static MessageDigest md5() {
        try {
            return MessageDigest.getInstance("MD5");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has MD5", e);
        }
    }

    /** How many bytes there were before they were sealed. */
    private static final class Counted extends FilterInputStream {

        private long count;

        Counted(InputStream bytes) {
            super(bytes);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int read = super.read(buffer, offset, length);
            count += Math.max(0, read);
            return read;
        }
    }
}
