package org.kumiki.identity;

/** The file of the accounts says something that cannot be meant. */
class MalformedAccountsException extends Exception {

    private static final long serialVersionUID = 1L;

    MalformedAccountsException(int line, String message) {
        super("line " + line + ": " + message);
    }
}
