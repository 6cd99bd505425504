package org.kumiki.aws.s3;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

import org.kumiki.api.blob.Bucket;
import org.kumiki.aws.policy.Policy;
import org.kumiki.aws.policy.Policy.Question;
import org.kumiki.aws.policy.Policy.Verdict;
import org.kumiki.aws.wire.Form;

/**
 * Decides who may do what. A bucket's policy comes first, and may deny anything, also to its owner; then a bucket's owner may do all with it, an
 * object's owner all with that, and others what an ACL grants them.
 */
final class Access {

    private static final Map<String, String> BUCKET_PERMISSIONS = Map.of("s3:ListBucket", "READ", "s3:ListBucketVersions", "READ",
            "s3:ListBucketMultipartUploads", "READ", "s3:PutObject", "WRITE", "s3:DeleteObject", "WRITE", "s3:DeleteObjectVersion", "WRITE",
            "s3:AbortMultipartUpload", "WRITE", "s3:GetBucketAcl", "READ_ACP", "s3:PutBucketAcl", "WRITE_ACP");
    private static final Map<String, String> OBJECT_PERMISSIONS = Map.of("s3:GetObject", "READ", "s3:GetObjectVersion", "READ",
            "s3:GetObjectAcl", "READ_ACP", "s3:PutObjectAcl", "WRITE_ACP", "s3:GetObjectAttributes", "READ");

    private Access() {
    }

    /** @throws S3Exception unless the caller may do it with the bucket, or with an object that he makes or removes */
    static void require(Exchange exchange, String action) {
        require(exchange, action, exchange.bucket(), exchange.key(), Optional.empty());
    }

    /** @param item the object, if it is about one that is there */
    static void require(Exchange exchange, String action, Bucket bucket, String key, Optional<Item> item) {
        if (!allows(exchange, action, bucket, key, item)) {
            throw S3Exception.denied();
        }
    }

    static boolean allows(Exchange exchange, String action, Bucket bucket, String key, Optional<Item> item) {
        Caller caller = exchange.caller();
        String owner = bucket.attributes().get("owner");
        Verdict verdict = judge(exchange, action, bucket, key, item);
        if (verdict == Verdict.DENY) {
            return caller.is(owner) && (action.equals("s3:PutBucketPolicy") || action.equals("s3:DeleteBucketPolicy")
                    || action.equals("s3:GetBucketPolicy"));
        }
        if (verdict == Verdict.ALLOW) {
            return true;
        }
        Optional<String> objectPermission = Optional.ofNullable(OBJECT_PERMISSIONS.get(action));
        if (objectPermission.isPresent() && item.isPresent() && !isEnforced(bucket)) {
            return caller.is(item.get().owner()) || item.get().acl().allows(caller, objectPermission.get(), ignoresPublic(bucket));
        }
        if (caller.is(owner)) {
            return true;
        }
        String permission = objectPermission.isPresent() ? null : BUCKET_PERMISSIONS.get(action);
        return permission != null && !isEnforced(bucket) && Acl.of(bucket.attributes()).allows(caller, permission, ignoresPublic(bucket));
    }

    private static Verdict judge(Exchange exchange, String action, Bucket bucket, String key, Optional<Item> item) {
        String json = bucket.attributes().get(Setting.POLICY.parameter());
        if (json == null) {
            return Verdict.SILENT;
        }
        Policy policy = BucketPolicy.parse(json, bucket.name());
        String resource = "arn:aws:s3:::" + bucket.name() + (key.isEmpty() ? "" : "/" + key);
        Verdict verdict = policy.judge(new Question(exchange.caller().id(), action, resource, name -> values(exchange, name, item)));
        boolean restricted = blocks(bucket, "RestrictPublicBuckets") && policy.isPublic() && !exchange.caller().is(bucket.attributes().get("owner"));
        return restricted && verdict == Verdict.ALLOW ? Verdict.SILENT : verdict;
    }

    /** What a request has for a key of a condition. */
    private static List<String> values(Exchange exchange, String name, Optional<Item> item) {
        if (name.startsWith("s3:existingobjecttag/")) {
            return list(item.map(known -> Tags.of(known.blob().attributes()).get(name.substring(name.indexOf('/') + 1))));
        }
        if (name.startsWith("s3:requestobjecttag")) {
            Map<String, String> tags = exchange.header("x-amz-tagging").map(Tags::parse).orElse(Map.of());
            return name.equals("s3:requestobjecttagkeys") ? List.copyOf(tags.keySet())
                    : list(Optional.ofNullable(tags.get(name.substring(name.indexOf('/') + 1))));
        }
        return switch (name) {
            case "aws:sourceip" -> List.of(exchange.request().getRemoteAddr());
            case "aws:securetransport" -> List.of(Boolean.toString(exchange.request().isSecure()));
            case "aws:referer" -> list(exchange.header("referer"));
            case "aws:useragent" -> list(exchange.header("user-agent"));
            case "aws:principalaccount" -> list(Optional.of(exchange.caller().id()).filter(id -> !id.isEmpty()));
            case "aws:currenttime" -> List.of(Instant.now().toString());
            case "s3:prefix" -> list(exchange.key().isEmpty() ? exchange.param("prefix") : Optional.of(exchange.key()));
            case "s3:delimiter", "s3:max-keys" -> list(exchange.param(name.substring(3)));
            case "s3:versionid" -> list(exchange.param("versionId"));
            default -> name.startsWith("s3:x-amz-") ? list(exchange.header(name.substring(3).toLowerCase(Locale.ROOT))) : List.of();
        };
    }

    private static List<String> list(Optional<String> value) {
        return value.map(List::of).orElse(List.of());
    }

    /** Whether ACLs count for nothing, and everything in the bucket is its owner's. */
    static boolean isEnforced(Bucket bucket) {
        return ownership(bucket).equals("BucketOwnerEnforced");
    }

    /** Like buckets of old, a bucket without such a setting has ACLs. */
    static String ownership(Bucket bucket) {
        String document = bucket.attributes().get(Setting.OWNERSHIP.parameter());
        return document == null ? "ObjectWriter"
                : XmlReader.read(document).find("Rule").flatMap(rule -> rule.get("ObjectOwnership")).orElse("ObjectWriter");
    }

    private static boolean ignoresPublic(Bucket bucket) {
        return blocks(bucket, "IgnorePublicAcls");
    }

    /** Whether one of the four blocks of public access is on. */
    static boolean blocks(Bucket bucket, String name) {
        String document = bucket.attributes().get(Setting.PUBLIC_ACCESS.parameter());
        return document != null && XmlReader.read(document).get(name).filter(text -> text.equalsIgnoreCase("true")).isPresent();
    }

    /**
     * The ACL of what a request makes; refused where the bucket will not have it.
     *
     * @param asked what it says of an ACL
     */
    static void checkAcl(Bucket bucket, Optional<Acl> asked, Optional<String> canned) {
        if (asked.isEmpty()) {
            return;
        }
        if (isEnforced(bucket) && canned.filter("bucket-owner-full-control"::equals).isEmpty()) {
            throw new S3Exception(400, "AccessControlListNotSupported", "The bucket does not allow ACLs");
        }
        if (blocks(bucket, "BlockPublicAcls") && asked.get().isPublic()) {
            throw S3Exception.denied();
        }
    }

    /** Attributes that say who owns an object that is made now. */
    static Map<String, String> ownership(Exchange exchange, Bucket bucket, Optional<Acl> acl) {
        String bucketOwner = bucket.attributes().get("owner");
        Map<String, String> attributes = new HashMap<>();
        boolean given = ownership(bucket).equals("BucketOwnerPreferred")
                && exchange.header("x-amz-acl").filter("bucket-owner-full-control"::equals).isPresent();
        attributes.put("owner", isEnforced(bucket) || given || exchange.caller().account().isEmpty() ? bucketOwner : exchange.caller().id());
        if (!isEnforced(bucket) && !given) {
            acl.ifPresent(list -> attributes.put(Acl.ATTRIBUTE, Xml.text(list.stored())));
        }
        return attributes;
    }

    /** The action of a request with a version in it has another name. */
    static String versioned(String action, Form query) {
        return query.has("versionId") ? action + "Version" : action;
    }
}
