package org.kumiki.api.forecast;

import java.util.OptionalDouble;

import org.kumiki.api.model.HostId;

/**
 * What a host carried afterwards, in the mean that {@link HostLoad} says.
 *
 * @param share  of its processors that were in use; empty if it could not be measured
 * @param guests that ran there at the end of that time: if there are others than foreseen, more has happened on the host than this
 * @param reason why it could not be measured; empty if it was
 */
public record MeasuredLoad(HostId host, OptionalDouble share, int guests, String reason) {
}
