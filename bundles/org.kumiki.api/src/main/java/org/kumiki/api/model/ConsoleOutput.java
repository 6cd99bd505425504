package org.kumiki.api.model;

import java.time.Instant;

/**
 * The end of what a guest wrote to its console. It is a guest's text: never trust it, never put it into HTML.
 *
 * @param text at most the last 64 KiB
 */
public record ConsoleOutput(InstanceId instance, Instant at, String text) {
}
