package org.kumiki.shell;

import org.kumiki.api.datacenter.DatacenterException;

/** What an operator can do about a refusal. */
final class Advice {

    private Advice() {
    }

    static String after(DatacenterException refusal) {
        return switch (refusal.reason()) {
            case NOT_FOUND -> switch (refusal.kind()) {
                case HOST -> "hosts shows those that are there";
                case INSTANCE -> "instances shows those that are there";
                case IMAGE -> "images shows those that are there";
                case VOLUME, ATTACHMENT -> "volumes shows those that are there";
                case KEY_PAIR -> "keys shows those that are there";
                case POLICY -> "plugins shows those that are there";
                default -> "";
            };
            case IN_USE, WRONG_STATE -> switch (refusal.kind()) {
                case HOST -> "hosts shows its state, and why who wanted it so";
                case POLICY -> "rehearsals shows what each has to do with the others";
                default -> "";
            };
            case NO_CAPACITY -> "hosts shows how much room there is";
            case UNSUPPORTED -> "plugins shows what those that are there can do";
            case UNAVAILABLE -> "try again; plugins shows what is not well";
            default -> "";
        };
    }
}
