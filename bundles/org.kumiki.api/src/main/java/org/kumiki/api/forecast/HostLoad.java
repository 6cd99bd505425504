package org.kumiki.api.forecast;

import org.kumiki.api.model.HostId;

/**
 * What a host is expected to carry some time after something is over: in the mean of the {@value #FIRST}th to the {@value #LAST}th sample of CPU
 * use from then on, which is from 5 to 15 minutes after where a sample is taken each minute. By then a guest that was started has booted.
 *
 * @param share  of its processors that are in use, from 0 to 1
 * @param guests that run there
 */
public record HostLoad(HostId host, double share, int guests) {

    public static final int FIRST = 6;
    public static final int LAST = 15;

    public HostLoad {
        if (!(share >= 0 && share <= 1) || guests < 0) {
            throw new IllegalArgumentException("a host uses from 0 to 1 of its processors, for some guests, not " + share + " for " + guests);
        }
    }
}
