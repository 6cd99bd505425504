package org.kumiki.aws.ec2;

import org.kumiki.api.datacenter.DatacenterException;
import org.kumiki.api.datacenter.DatacenterException.Kind;
import org.kumiki.aws.signature.SignatureException;
import org.kumiki.aws.wire.AwsException;

/** What EC2 calls the refusals of the datacenter. */
final class Refusals {

    private static final String NOT_VALIDATED = "AWS was not able to validate the provided access credentials";

    private Refusals() {
    }

    static AwsException of(DatacenterException e) {
        return switch (e.reason()) {
            case NOT_FOUND -> refuse(notFound(e), e);
            case DUPLICATE -> refuse(duplicate(e.kind()), e);
            case WRONG_STATE -> refuse(wrongState(e.kind()), e);
            case IN_USE -> refuse(inUse(e.kind()), e);
            case INVALID -> refuse(invalid(e.kind()), e);
            case TOKEN_REUSED -> refuse("IdempotentParameterMismatch", e);
            case DENIED -> e.kind() == Kind.SECURITY_GROUP
                    ? refuse("CannotDelete", e)
                    : e.kind() == Kind.INSTANCE || e.kind() == Kind.ATTACHMENT ? refuse("OperationNotPermitted", e)
                            : error(403, e.kind() == Kind.OBJECT ? "AccessDenied" : "UnauthorizedOperation", e);
            case NO_CAPACITY -> error(500, "InsufficientInstanceCapacity", e);
            case LIMIT -> refuse(limit(e.kind()), e);
            case UNSUPPORTED -> refuse("UnsupportedOperation", e);
            case UNAVAILABLE -> error(503, "Unavailable", e);
        };
    }

    /** EC2 tells nobody whether it was the key or the signature that was wrong. */
    static AwsException of(SignatureException e) {
        return switch (e.reason()) {
            case MISSING -> new AwsException(403, "MissingAuthenticationToken", "Request is missing Authentication Token");
            case AMBIGUOUS, MALFORMED -> new AwsException(400, "IncompleteSignature", e.getMessage());
            case UNKNOWN_KEY, MISMATCH -> new AwsException(401, "AuthFailure", NOT_VALIDATED);
            case EXPIRED -> new AwsException(400, "RequestExpired", e.getMessage());
        };
    }

    private static String notFound(DatacenterException e) {
        return switch (e.kind()) {
            case INSTANCE_TYPE -> "InvalidParameterValue";
            case BLOCK_DEVICE -> "InvalidInstanceAttributeValue";
            case FIREWALL_RULE -> "InvalidPermission.NotFound";
            case TAG -> e.subject().flatMap(Kinds::of).map(Kinds::notFound).orElse("InvalidID");
            case HOST -> "InvalidHostID.NotFound";
            case BUCKET -> "NoSuchBucket"; // where EC2 passes on what S3 says
            case OBJECT -> "NoSuchKey";
            case TRANSFER -> "InvalidConversionTaskId.NotFound";
            default -> Kinds.of(e.kind()).map(Kinds::notFound).orElse("InvalidParameterValue");
        };
    }

    private static String duplicate(Kind kind) {
        return switch (kind) {
            case KEY_PAIR -> "InvalidKeyPair.Duplicate";
            case SECURITY_GROUP -> "InvalidGroup.Duplicate";
            case FIREWALL_RULE -> "InvalidPermission.Duplicate";
            case IMAGE -> "InvalidAMIName.Duplicate";
            case PLACEMENT_GROUP -> "InvalidPlacementGroup.Duplicate";
            default -> "InvalidParameterValue";
        };
    }

    private static String invalid(Kind kind) {
        return switch (kind) {
            case TAG -> "InvalidID";
            case BLOCK_DEVICE -> "InvalidBlockDeviceMapping";
            default -> "InvalidParameterValue";
        };
    }

    private static String wrongState(Kind kind) {
        return switch (kind) {
            case INSTANCE -> "IncorrectInstanceState";
            case IMAGE -> "InvalidAMIID.Unavailable";
            case SNAPSHOT -> "IncorrectState";
            case ATTACHMENT -> "IncorrectState";
            default -> "IncorrectState";
        };
    }

    private static String inUse(Kind kind) {
        return switch (kind) {
            case VOLUME -> "VolumeInUse";
            case SNAPSHOT -> "InvalidSnapshot.InUse";
            case ADDRESS -> "InvalidIPAddress.InUse";
            case PLACEMENT_GROUP -> "InvalidPlacementGroup.InUse";
            default -> "DependencyViolation";
        };
    }

    private static String limit(Kind kind) {
        return switch (kind) {
            case INSTANCE -> "InstanceLimitExceeded";
            case VOLUME -> "VolumeLimitExceeded";
            case SNAPSHOT -> "SnapshotLimitExceeded";
            case SECURITY_GROUP -> "SecurityGroupLimitExceeded";
            case FIREWALL_RULE -> "RulesPerSecurityGroupLimitExceeded";
            case ADDRESS -> "AddressLimitExceeded";
            case TAG -> "TagLimitExceeded";
            default -> "ResourceLimitExceeded";
        };
    }

    private static AwsException refuse(String code, DatacenterException e) {
        return error(400, code, e);
    }

    private static AwsException error(int status, String code, DatacenterException e) {
        return new AwsException(status, code, e.getMessage(), e);
    }
}
