package org.kumiki.gateway;

/** Where a request goes. */
sealed interface Route {

    /** To a fa&ccedil;ade that is there, or was, or is expected. */
    record To(String facade) implements Route {
    }

    /** Nowhere. */
    record Refused(AwsError error) implements Route {
    }
}
