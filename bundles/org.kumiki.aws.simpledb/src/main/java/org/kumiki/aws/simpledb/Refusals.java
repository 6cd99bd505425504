package org.kumiki.aws.simpledb;

import org.kumiki.api.table.TableException;
import org.kumiki.aws.signature.SignatureException;
import org.kumiki.aws.wire.AwsException;

/** How SimpleDB says no. */
final class Refusals {

    private Refusals() {
    }

    static AwsException syntax() {
        return AwsException.refuse("InvalidQueryExpression", "The specified query expression syntax is not valid.");
    }

    static AwsException predicates() {
        return AwsException.refuse("InvalidNumberPredicates", "Too many predicates in the query expression.");
    }

    static AwsException conditions() {
        return AwsException.refuse("InvalidNumberValueTests", "Too many value conditions per predicate in the query expression.");
    }

    static AwsException order() {
        return AwsException.refuse("InvalidSortExpression",
                "The sort attribute must be present in at least one of the predicates, and the predicate cannot contain the is null operator.");
    }

    static AwsException token() {
        return AwsException.refuse("InvalidNextToken", "The specified next token is not valid.");
    }

    static AwsException noDomain() {
        return AwsException.refuse("NoSuchDomain", "The specified domain does not exist.");
    }

    static AwsException domains() {
        return new AwsException(409, "NumberDomainsExceeded", "Number of domains limit exceeded.");
    }

    static AwsException requestedAttributes() {
        return AwsException.refuse("TooManyRequestedAttributes", "Too many attributes requested.");
    }

    static AwsException submittedAttributes() {
        return new AwsException(409, "NumberSubmittedAttributesExceeded", "Too many attributes in a single call.");
    }

    static AwsException submittedItems() {
        return new AwsException(409, "NumberSubmittedItemsExceeded",
                "Too many items in a single call. Up to " + Bounds.MOST_ITEMS_CHANGED + " items per call allowed.");
    }

    static AwsException duplicate(String item) {
        return AwsException.refuse("DuplicateItemName", "Item " + item + " was specified more than once.");
    }

    static AwsException of(TableException failure) {
        return switch (failure.reason()) {
            case NO_SUCH_DOMAIN -> noDomain();
            case NO_SUCH_ATTRIBUTE -> new AwsException(404, "AttributeDoesNotExist", failure.getMessage());
            case SEVERAL_VALUES -> new AwsException(409, "MultiValuedAttribute",
                    failure.getMessage() + ". Conditional check can only be performed on a single-valued attribute");
            case UNEXPECTED -> new AwsException(409, "ConditionalCheckFailed", "Conditional check failed. " + failure.getMessage());
            case ITEM_FULL -> new AwsException(409, "NumberItemAttributesExceeded", "Too many attributes in this item.");
            case DOMAIN_FULL -> new AwsException(409, "NumberDomainBytesExceeded", "Too many bytes in this domain.");
            case TIMEOUT -> new AwsException(408, "RequestTimeout", "A timeout occurred when attempting to query the domain.");
            default -> new AwsException(503, "ServiceUnavailable",
                    "Service AmazonSimpleDB is currently unavailable. Please try again later.", failure);
        };
    }

    static AwsException of(SignatureException failure) {
        return switch (failure.reason()) {
            case MISSING -> new AwsException(403, "AuthMissingFailure",
                    "AWS was not able to authenticate the request: access credentials are missing");
            case AMBIGUOUS, MALFORMED -> new AwsException(403, "AuthFailure", failure.getMessage());
            case UNKNOWN_KEY -> new AwsException(403, "InvalidClientTokenId", "The AWS Access Key Id you provided does not exist in our records.");
            case MISMATCH -> new AwsException(403, "SignatureDoesNotMatch", "The request signature we calculated does not match the signature you "
                    + "provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.");
            case EXPIRED -> AwsException.refuse("RequestExpired", failure.getMessage());
        };
    }
}
