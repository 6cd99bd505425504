package org.kumiki.gateway;

/** Where a request goes. */
sealed interface Route {

    /** To a fa&ccedil;ade that is there, or was, or is expected. */
    record To(String facade) implements Route {
    }

    /**
     * Nowhere.
     *
     * @param service what was asked for, if that is known; its clients read errors of its own shape
     */
    record Refused(AwsError error, String service) implements Route {

        Refused(AwsError error) {
            this(error, null);
        }
    }
}
