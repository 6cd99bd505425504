package org.kumiki.aws.sqs;

/**
 * How long messages may be, in bytes, their attributes included.
 *
 * @param usual   of a queue that says nothing of it
 * @param largest of any queue, and of all messages of a batch together
 */
record Sizes(int usual, int largest) {

    static final int SMALLEST = 1024;
    /** What AWS allows. */
    static final int AMAZONS = 1024 * 1024;

    Sizes {
        if (usual < SMALLEST || usual > largest || largest > AMAZONS) {
            throw new IllegalArgumentException("messages may have from " + SMALLEST + " to " + AMAZONS + " bytes, and usually no more than at most; not "
                    + usual + " and " + largest);
        }
    }
}
