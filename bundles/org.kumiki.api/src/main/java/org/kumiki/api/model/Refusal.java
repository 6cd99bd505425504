package org.kumiki.api.model;

/** Why some hosts were not chosen. One reason stands for all the hosts that share it. */
public record Refusal(String reason, HostRows hosts) {
}
