package org.kumiki.api.command;

import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.InstanceState;

/** What a command did to the state of an instance; both are the same if it did nothing. */
public record StateChange(InstanceId instance, InstanceState before, InstanceState after) {
}
