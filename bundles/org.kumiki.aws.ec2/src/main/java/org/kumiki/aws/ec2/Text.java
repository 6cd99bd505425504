package org.kumiki.aws.ec2;

/** Texts in errors. */
final class Text {

    private Text() {
    }

    /** What a client sent is repeated to it only in part. */
    static String brief(String text) {
        return text.length() <= 100 ? text : text.substring(0, 100) + "…";
    }
}
