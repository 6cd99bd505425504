package org.kumiki.engine;

import java.util.Locale;

import org.kumiki.api.datacenter.DatacenterException;
import org.kumiki.api.datacenter.DatacenterException.Kind;
import org.kumiki.api.datacenter.DatacenterException.Reason;

/** The refusals, in few words. */
final class Refused {

    private Refused() {
    }

    static DatacenterException notFound(Kind kind, Object subject) {
        return new DatacenterException(Reason.NOT_FOUND, kind, String.valueOf(subject),
                "The " + words(kind) + " '" + subject + "' does not exist");
    }

    static DatacenterException duplicate(Kind kind, Object subject) {
        return new DatacenterException(Reason.DUPLICATE, kind, String.valueOf(subject),
                "The " + words(kind) + " '" + subject + "' already exists");
    }

    static DatacenterException wrongState(Kind kind, Object subject, String message) {
        return new DatacenterException(Reason.WRONG_STATE, kind, String.valueOf(subject), message);
    }

    static DatacenterException inUse(Kind kind, Object subject, String message) {
        return new DatacenterException(Reason.IN_USE, kind, String.valueOf(subject), message);
    }

    static DatacenterException invalid(Kind kind, Object subject, String message) {
        return new DatacenterException(Reason.INVALID, kind, String.valueOf(subject), message);
    }

    static DatacenterException denied(Kind kind, Object subject, String message) {
        return new DatacenterException(Reason.DENIED, kind, String.valueOf(subject), message);
    }

    static DatacenterException noCapacity(Kind kind, Object subject, String message) {
        return new DatacenterException(Reason.NO_CAPACITY, kind, String.valueOf(subject), message);
    }

    static DatacenterException limit(Kind kind, String message) {
        return new DatacenterException(Reason.LIMIT, kind, null, message);
    }

    static DatacenterException unsupported(Kind kind, Object subject, String message) {
        return new DatacenterException(Reason.UNSUPPORTED, kind, String.valueOf(subject), message);
    }

    static DatacenterException unavailable(Kind kind, Object subject, String message, Throwable cause) {
        return new DatacenterException(Reason.UNAVAILABLE, kind, String.valueOf(subject), message, cause);
    }

    private static String words(Kind kind) {
        return kind.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
