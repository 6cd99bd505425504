package org.kumiki.api.twin;

import java.time.Instant;

/**
 * What would come of it.
 *
 * @param at       when the datacenter was as both sides begin
 * @param asIs     if nothing is changed
 * @param changed  if everything is that was asked for
 * @param perKWh   what energy costs
 * @param currency that it costs that in
 */
public record WhatIfReport(WhatIf question, Instant at, Series asIs, Series changed, double perKWh, String currency) {

    public double cost(Series side) {
        return side.kWh() * perKWh;
    }
}
