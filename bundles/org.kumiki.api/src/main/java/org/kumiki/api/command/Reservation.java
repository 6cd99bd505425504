package org.kumiki.api.command;

import java.util.List;

import org.kumiki.api.model.AccountId;
import org.kumiki.api.model.Instance;

/** The instances that one launch made. */
public record Reservation(String id, AccountId owner, List<Instance> instances) {

    public Reservation {
        instances = List.copyOf(instances);
    }
}
