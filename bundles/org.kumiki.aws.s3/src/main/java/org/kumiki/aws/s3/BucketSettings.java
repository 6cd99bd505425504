package org.kumiki.aws.s3;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import org.kumiki.api.blob.BlobStore;
import org.kumiki.api.blob.Bucket;
import org.kumiki.api.identity.Identity;

/** What is set of a bucket, document by document. */
final class BucketSettings {

    private static final int MAX_POLICY = 20 * 1024;
    private static final int MAX_DOCUMENT = 2 * 1024 * 1024;
    private static final Set<String> OWNERSHIPS = Set.of("BucketOwnerEnforced", "BucketOwnerPreferred", "ObjectWriter");
    private static final Set<String> METHODS = Set.of("GET", "PUT", "POST", "DELETE", "HEAD");

    private final BlobStore store;
    private final Identity identity;
    private final Notifier notifier;

    BucketSettings(BlobStore store, Identity identity, Notifier notifier) {
        this.store = store;
        this.identity = identity;
        this.notifier = notifier;
    }

    void get(Exchange exchange) throws IOException {
        Setting setting = Setting.of(exchange.query()).orElseThrow();
        Access.require(exchange, setting.action("Get"));
        Bucket bucket = exchange.bucket();
        String document = Optional.ofNullable(bucket.attributes().get(setting.parameter())).orElseGet(() -> setting.otherwise(bucket.name()));
        String type = setting == Setting.POLICY ? "application/json" : "application/xml";
        exchange.answer(200, type, document.getBytes(StandardCharsets.UTF_8));
    }

    void put(Exchange exchange) throws IOException {
        Setting setting = Setting.of(exchange.query()).orElseThrow();
        Access.require(exchange, setting.action("Put"));
        String document = setting == Setting.POLICY ? policy(exchange) : Xml.text(checked(exchange, setting));
        change(exchange, setting.parameter(), document);
        exchange.answer(setting == Setting.POLICY || setting == Setting.TAGGING ? 204 : 200);
    }

    void delete(Exchange exchange) {
        Setting setting = Setting.of(exchange.query()).orElseThrow();
        if (setting == Setting.VERSIONING || setting == Setting.OBJECT_LOCK) {
            throw S3Exception.methodNotAllowed();
        }
        Access.require(exchange, setting.action("Delete"));
        change(exchange, setting.parameter(), null);
        exchange.answer(204);
    }

    void getAcl(Exchange exchange) throws IOException {
        Access.require(exchange, "s3:GetBucketAcl");
        exchange.answer(Xml.write(Acl.of(exchange.bucket().attributes()).document(identity)));
    }

    void putAcl(Exchange exchange) throws IOException {
        Access.require(exchange, "s3:PutBucketAcl");
        Bucket bucket = exchange.bucket();
        String owner = bucket.attributes().get("owner");
        Acl acl = Acl.isIn(exchange) ? Acl.ofHeaders(exchange, identity, owner, owner).orElseThrow(S3Exception::malformedXml)
                : Acl.read(exchange.document(), identity, owner);
        Access.checkAcl(bucket, Optional.of(acl), exchange.header("x-amz-acl"));
        change(exchange, Acl.ATTRIBUTE, Xml.text(acl.stored()));
        exchange.answer(200);
    }

    void policyStatus(Exchange exchange) throws IOException {
        Access.require(exchange, "s3:GetBucketPolicyStatus");
        Bucket bucket = exchange.bucket();
        String policy = bucket.attributes().get(Setting.POLICY.parameter());
        boolean open = policy != null && BucketPolicy.parse(policy, bucket.name()).isPublic() || !Access.isEnforced(bucket)
                && Acl.of(bucket.attributes()).isPublic();
        exchange.answer(Xml.document("PolicyStatus").put("IsPublic", open));
    }

    /** None of them is ever there. */
    void configurations(Exchange exchange) throws IOException {
        Access.require(exchange, "s3:GetBucketConfiguration");
        if (exchange.param("id").isPresent()) {
            throw new S3Exception(404, "NoSuchConfiguration", "The specified configuration does not exist.");
        }
        String kind = exchange.query().has("analytics") ? "ListBucketAnalyticsConfigurationResult"
                : exchange.query().has("metrics") ? "ListMetricsConfigurationsResult"
                        : exchange.query().has("inventory") ? "ListInventoryConfigurationsResult" : "ListBucketIntelligentTieringConfigurationsResult";
        exchange.answer(Xml.document(kind).put("IsTruncated", false));
    }

    private void change(Exchange exchange, String attribute, String value) {
        store.update(exchange.bucket().name(), old -> {
            Map<String, String> attributes = new HashMap<>(old);
            if (value == null) {
                attributes.remove(attribute);
            } else {
                attributes.put(attribute, value);
            }
            return attributes;
        });
    }

    private String policy(Exchange exchange) throws IOException {
        Bucket bucket = exchange.bucket();
        byte[] body = exchange.bytes(MAX_DOCUMENT);
        if (body.length > MAX_POLICY) {
            throw new S3Exception(400, "PolicyTooLarge", "The policy is larger than " + MAX_POLICY + " bytes");
        }
        String json = new String(body, StandardCharsets.UTF_8);
        boolean open = BucketPolicy.parse(json, bucket.name()).isPublic();
        if (open && Access.blocks(bucket, "BlockPublicPolicy")) {
            throw S3Exception.denied();
        }
        return json;
    }

    private Element checked(Exchange exchange, Setting setting) throws IOException {
        Bucket bucket = exchange.bucket();
        Element document = exchange.document().as(setting.root());
        return switch (setting) {
            case VERSIONING -> versioning(document, bucket);
            case OBJECT_LOCK -> objectLock(document, bucket);
            case OWNERSHIP -> ownership(bucket, document.find("Rule").orElseThrow(S3Exception::malformedXml).require("ObjectOwnership"));
            case TAGGING -> Tags.document(Tags.read(document, true));
            case LIFECYCLE -> Lifecycle.checked(document);
            case CORS -> cors(document);
            case ENCRYPTION -> encryption(document);
            case WEBSITE -> website(document);
            case NOTIFICATION -> notifier.accept(exchange, document);
            case LOGGING, ACCELERATE, REQUEST_PAYMENT -> onlyOff(document, setting);
            case REPLICATION -> throw S3Exception.notImplemented(setting.parameter());
            case PUBLIC_ACCESS, POLICY -> document;
        };
    }

    /** What does nothing here can be switched off, and not on. */
    private static Element onlyOff(Element document, Setting setting) {
        boolean off = document.children().stream().allMatch(child -> child.text().equals("Suspended") || child.text().equals("BucketOwner"));
        if (!off) {
            throw S3Exception.notImplemented(setting.parameter());
        }
        return document;
    }

    private static Element versioning(Element document, Bucket bucket) {
        String status = document.require("Status");
        if (!status.equals("Enabled") && !status.equals("Suspended")) {
            throw S3Exception.malformedXml();
        }
        if (status.equals("Suspended") && Locks.isOn(bucket)) {
            throw new S3Exception(409, "InvalidBucketState",
                    "An Object Lock configuration is present on this bucket, so the versioning state cannot be changed.");
        }
        if (document.get("MfaDelete").filter("Enabled"::equals).isPresent()) {
            throw S3Exception.notImplemented("MfaDelete");
        }
        return document;
    }

    private static Element objectLock(Element document, Bucket bucket) {
        if (Versioning.of(bucket) != Versioning.ENABLED) {
            throw new S3Exception(409, "InvalidBucketState", "Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration");
        }
        if (!document.require("ObjectLockEnabled").equals("Enabled")) {
            throw S3Exception.malformedXml();
        }
        document.find("Rule").ifPresent(rule -> {
            Element retention = rule.find("DefaultRetention").orElseThrow(S3Exception::malformedXml);
            boolean days = retention.get("Days").isPresent();
            if (days == retention.get("Years").isPresent() || !Set.of("GOVERNANCE", "COMPLIANCE").contains(retention.require("Mode"))) {
                throw S3Exception.malformedXml();
            }
            positive(retention.require(days ? "Days" : "Years"), "InvalidRetentionPeriod");
        });
        return document;
    }

    private static int positive(String text, String code) {
        try {
            int number = Integer.parseInt(text.strip());
            if (number > 0 && number <= 36_500) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw S3Exception.malformedXml();
        }
        throw new S3Exception(400, code, "Default retention period must be a positive integer value.");
    }

    private static Element ownership(Bucket bucket, String name) {
        boolean granted = Acl.of(bucket.attributes()).grants().stream().anyMatch(grant -> !grant.grantee().equals(bucket.attributes().get("owner")));
        if (granted && name.equals("BucketOwnerEnforced")) {
            throw new S3Exception(400, "InvalidBucketAclWithObjectOwnership", "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced "
                    + "setting");
        }
        return ownership(name);
    }

    static Element ownership(String name) {
        if (!OWNERSHIPS.contains(name)) {
            throw S3Exception.malformedXml();
        }
        return new Element("OwnershipControls", List.of(new Element("Rule", List.of(new Element("ObjectOwnership", name)))));
    }

    private static Element cors(Element document) {
        List<Element> rules = document.all("CORSRule");
        if (rules.isEmpty() || rules.size() > 100) {
            throw S3Exception.malformedXml();
        }
        for (Element rule : rules) {
            if (rule.all("AllowedOrigin").isEmpty() || rule.all("AllowedMethod").isEmpty()) {
                throw S3Exception.malformedXml();
            }
            for (Element method : rule.all("AllowedMethod")) {
                if (!METHODS.contains(method.text())) {
                    throw S3Exception.invalidRequest("Found unsupported HTTP method in CORS config. Unsupported method is " + method.text());
                }
            }
        }
        return document;
    }

    private static Element encryption(Element document) {
        Element rule = document.find("Rule").orElseThrow(S3Exception::malformedXml);
        String algorithm = rule.find("ApplyServerSideEncryptionByDefault").orElseThrow(S3Exception::malformedXml).require("SSEAlgorithm");
        if (!algorithm.equals("AES256") && !algorithm.equals("aws:kms")) {
            throw S3Exception.malformedXml();
        }
        return document;
    }

    private static Element website(Element document) {
        if (document.find("IndexDocument").isEmpty() && document.find("RedirectAllRequestsTo").isEmpty()) {
            throw S3Exception.malformedXml();
        }
        if (document.find("IndexDocument").flatMap(index -> index.get("Suffix")).filter(suffix -> suffix.isEmpty() || suffix.contains("/")).isPresent()) {
            throw S3Exception.invalid("The IndexDocument Suffix is not well formed");
        }
        return document;
    }
}
