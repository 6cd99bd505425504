package org.kumiki.api.datacenter;

/** A datacenter's name on the outside, e.g. {@code us-east-1} with the zone {@code us-east-1a}. */
public record Region(String name, String zone) {
}
