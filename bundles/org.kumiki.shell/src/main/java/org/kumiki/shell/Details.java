package org.kumiki.shell;

/** A text of several lines about one thing. */
record Details(String text) {
}
