package org.kumiki.tck;

/** A test bed cannot do what a check needs, and says why; the check is skipped, and the report has the reason. */
public class NotOffered extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public NotOffered(String reason) {
        super(reason);
    }
}
