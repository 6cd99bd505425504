package org.kumiki.aws.s3;

import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What can happen to an object that somebody may want to be told. */
enum EventType {

    PUT("ObjectCreated:Put"), POST("ObjectCreated:Post"), COPY("ObjectCreated:Copy"), COMPLETE("ObjectCreated:CompleteMultipartUpload"),
    DELETE("ObjectRemoved:Delete"), MARK("ObjectRemoved:DeleteMarkerCreated"),
    EXPIRE("LifecycleExpiration:Delete"), EXPIRE_BY_MARKER("LifecycleExpiration:DeleteMarkerCreated"),
    TAG("ObjectTagging:Put"), UNTAG("ObjectTagging:Delete"), ACL("ObjectAcl:Put");

    /** What never happens here, and can be asked for all the same. */
    private static final Set<String> ELSEWHERE = Set.of("s3:ReducedRedundancyLostObject", "s3:ObjectRestore:*", "s3:ObjectRestore:Post",
            "s3:ObjectRestore:Completed", "s3:ObjectRestore:Delete", "s3:Replication:*", "s3:Replication:OperationFailedReplication",
            "s3:Replication:OperationNotTracked", "s3:Replication:OperationMissedThreshold", "s3:Replication:OperationReplicatedAfterThreshold",
            "s3:LifecycleTransition", "s3:IntelligentTiering");
    private static final String PREFIX = "s3:";
    private static final Set<String> NAMES = Stream.concat(ELSEWHERE.stream(), Arrays.stream(values()).flatMap(type -> Stream.of(PREFIX + type.label,
            PREFIX + type.family()))).collect(Collectors.toUnmodifiableSet());

    private final String label;

    EventType(String label) {
        this.label = label;
    }

    /** Whether a rule may ask for it. */
    static boolean isKnown(String name) {
        return NAMES.contains(name);
    }

    /** Of what makes an object. */
    static EventType of(Operation operation) {
        return switch (operation) {
            case PUT_OBJECT -> PUT;
            case POST_OBJECT -> POST;
            case COPY_OBJECT -> COPY;
            case COMPLETE_UPLOAD -> COMPLETE;
            case PUT_TAGGING -> TAG;
            case DELETE_TAGGING -> UNTAG;
            case PUT_ACL -> ACL;
            default -> throw new IllegalArgumentException("nobody is told of " + operation);
        };
    }

    /** As an event has it: without the service. */
    String label() {
        return label;
    }

    private String family() {
        return label.substring(0, label.indexOf(':') + 1) + "*";
    }

    /** Whether a rule means it by a name. */
    boolean isMeantBy(String name) {
        return name.equals(PREFIX + label) || name.equals(PREFIX + family());
    }

    /** Of the structure of its events. */
    String version() {
        return switch (this) {
            case EXPIRE, EXPIRE_BY_MARKER, TAG, UNTAG, ACL -> "2.3";
            default -> "2.1";
        };
    }
}
