package org.kumiki.api.scheduler;

import org.kumiki.api.model.PlacementRules;
import org.kumiki.api.model.Resources;

/**
 * Hosts wanted.
 *
 * @param count how many guests of the same shape
 * @param each  what one of them takes
 */
public record PlacementRequest(int count, Resources each, PlacementRules rules) {

    public PlacementRequest {
        if (count < 1) {
            throw new IllegalArgumentException("a request asks for at least one guest: " + count);
        }
    }
}
