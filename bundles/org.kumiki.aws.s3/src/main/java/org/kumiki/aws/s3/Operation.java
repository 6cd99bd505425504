package org.kumiki.aws.s3;

import java.util.Set;

import org.kumiki.aws.wire.Form;

/** What can be asked of S3, each with the name that policies have for it. */
enum Operation {

    LIST_BUCKETS("ListAllMyBuckets"),
    CREATE_BUCKET("CreateBucket"), DELETE_BUCKET("DeleteBucket"), HEAD_BUCKET("ListBucket"), GET_LOCATION("GetBucketLocation"),
    LIST_OBJECTS("ListBucket"), LIST_OBJECTS_2("ListBucket"), LIST_VERSIONS("ListBucketVersions"), LIST_UPLOADS("ListBucketMultipartUploads"),
    DELETE_OBJECTS("DeleteObject"), POST_OBJECT("PutObject"), PREFLIGHT(""),
    GET_SETTING(""), PUT_SETTING(""), DELETE_SETTING(""), GET_POLICY_STATUS("GetBucketPolicyStatus"), LIST_CONFIGURATIONS("GetBucketConfiguration"),
    GET_BUCKET_ACL("GetBucketAcl"), PUT_BUCKET_ACL("PutBucketAcl"),
    PUT_OBJECT("PutObject"), COPY_OBJECT("PutObject"), GET_OBJECT("GetObject"), HEAD_OBJECT("GetObject"), DELETE_OBJECT("DeleteObject"),
    GET_ATTRIBUTES("GetObject"), GET_ACL("GetObjectAcl"), PUT_ACL("PutObjectAcl"),
    GET_TAGGING("GetObjectTagging"), PUT_TAGGING("PutObjectTagging"), DELETE_TAGGING("DeleteObjectTagging"),
    GET_RETENTION("GetObjectRetention"), PUT_RETENTION("PutObjectRetention"), GET_LEGAL_HOLD("GetObjectLegalHold"),
    PUT_LEGAL_HOLD("PutObjectLegalHold"),
    CREATE_UPLOAD("PutObject"), UPLOAD_PART("PutObject"), COPY_PART("PutObject"), LIST_PARTS("ListMultipartUploadParts"),
    COMPLETE_UPLOAD("PutObject"), ABORT_UPLOAD("AbortMultipartUpload");

    private static final Set<String> CONFIGURATIONS = Set.of("analytics", "inventory", "metrics", "intelligent-tiering");
    private static final Set<String> NOT_HERE = Set.of("torrent", "select", "restore", "metadataTable", "metadataConfiguration", "session", "rename");

    private final String action;

    Operation(String action) {
        this.action = action;
    }

    /** As policies call it, e.g. {@code s3:GetObject}; those of settings are the setting's. */
    String action() {
        return "s3:" + action;
    }

    /** @param copies whether the request names a source to copy */
    static Operation of(String method, Target target, Form query, boolean copies) {
        for (String name : NOT_HERE) {
            if (query.has(name)) {
                throw S3Exception.notImplemented(name);
            }
        }
        if (method.equals("OPTIONS")) {
            return PREFLIGHT;
        }
        if (target.bucket().isEmpty()) {
            return only(method.equals("GET") || method.equals("HEAD"), LIST_BUCKETS);
        }
        return target.key().isEmpty() ? ofBucket(method, query) : ofObject(method, query, copies);
    }

    /** Whether a body may come with it: those of others are not read. */
    boolean takesBody() {
        return switch (this) {
            case CREATE_BUCKET, DELETE_OBJECTS, PUT_SETTING, PUT_BUCKET_ACL, PUT_OBJECT, PUT_ACL, PUT_TAGGING, PUT_RETENTION, PUT_LEGAL_HOLD, UPLOAD_PART,
                    COMPLETE_UPLOAD -> true;
            default -> false;
        };
    }

    private static Operation ofBucket(String method, Form query) {
        if (query.has("acl")) {
            return pick(method, GET_BUCKET_ACL, PUT_BUCKET_ACL, null);
        }
        if (Setting.of(query).isPresent()) {
            return pick(method, GET_SETTING, PUT_SETTING, DELETE_SETTING);
        }
        if (query.has("policyStatus")) {
            return pick(method, GET_POLICY_STATUS, null, null);
        }
        if (CONFIGURATIONS.stream().anyMatch(query::has)) {
            return pick(method, LIST_CONFIGURATIONS, null, null);
        }
        return switch (method) {
            case "GET" -> listing(query);
            case "HEAD" -> HEAD_BUCKET;
            case "PUT" -> CREATE_BUCKET;
            case "DELETE" -> DELETE_BUCKET;
            case "POST" -> query.has("delete") ? DELETE_OBJECTS : POST_OBJECT;
            default -> throw S3Exception.methodNotAllowed();
        };
    }

    private static Operation listing(Form query) {
        if (query.has("location")) {
            return GET_LOCATION;
        }
        if (query.has("versions")) {
            return LIST_VERSIONS;
        }
        if (query.has("uploads")) {
            return LIST_UPLOADS;
        }
        return query.get("list-type").filter("2"::equals).isPresent() ? LIST_OBJECTS_2 : LIST_OBJECTS;
    }

    private static Operation ofObject(String method, Form query, boolean copies) {
        if (query.has("acl")) {
            return pick(method, GET_ACL, PUT_ACL, null);
        }
        if (query.has("tagging")) {
            return pick(method, GET_TAGGING, PUT_TAGGING, DELETE_TAGGING);
        }
        if (query.has("retention")) {
            return pick(method, GET_RETENTION, PUT_RETENTION, null);
        }
        if (query.has("legal-hold")) {
            return pick(method, GET_LEGAL_HOLD, PUT_LEGAL_HOLD, null);
        }
        if (query.has("attributes")) {
            return pick(method, GET_ATTRIBUTES, null, null);
        }
        boolean upload = query.has("uploadId");
        return switch (method) {
            case "GET" -> upload ? LIST_PARTS : GET_OBJECT;
            case "HEAD" -> HEAD_OBJECT;
            case "DELETE" -> upload ? ABORT_UPLOAD : DELETE_OBJECT;
            case "POST" -> query.has("uploads") ? CREATE_UPLOAD : only(upload, COMPLETE_UPLOAD);
            case "PUT" -> upload ? copies ? COPY_PART : UPLOAD_PART : copies ? COPY_OBJECT : PUT_OBJECT;
            default -> throw S3Exception.methodNotAllowed();
        };
    }

    private static Operation pick(String method, Operation get, Operation put, Operation delete) {
        Operation operation = switch (method) {
            case "GET" -> get;
            case "PUT" -> put;
            case "DELETE" -> delete;
            default -> null;
        };
        return only(operation != null, operation);
    }

    private static Operation only(boolean condition, Operation operation) {
        if (!condition) {
            throw S3Exception.methodNotAllowed();
        }
        return operation;
    }
}
