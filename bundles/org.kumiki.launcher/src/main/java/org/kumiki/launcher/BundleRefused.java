package org.kumiki.launcher;

/** A bundle may not be part of this platform. The message says why, and what to do about it. */
final class BundleRefused extends Exception {

    private static final long serialVersionUID = 1L;

    BundleRefused(String message) {
        super(message);
    }

    BundleRefused(String message, Throwable cause) {
        super(message, cause);
    }
}
