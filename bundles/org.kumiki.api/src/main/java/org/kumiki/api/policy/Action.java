package org.kumiki.api.policy;

import java.util.List;
import java.util.Objects;

import org.kumiki.api.model.HostId;
import org.kumiki.api.model.InstanceId;

/** What a policy may ask for. */
public sealed interface Action {

    /** The guests that it moves. */
    default List<InstanceId> instances() {
        return List.of();
    }

    /** Moves a running instance. */
    record Migrate(InstanceId instance, HostId destination) implements Action {

        public Migrate {
            Objects.requireNonNull(instance);
            Objects.requireNonNull(destination);
        }

        @Override
        public List<InstanceId> instances() {
            return List.of(instance);
        }
    }

    /** Moves running instances side by side, which must not be apart for longer than that takes: those of a cluster group. */
    record MigrateTogether(List<InstanceId> instances, HostId destination) implements Action {

        public MigrateTogether {
            instances = List.copyOf(instances);
            Objects.requireNonNull(destination);
        }
    }

    /** Switches a host off. It must be empty by then. */
    record Sleep(HostId host) implements Action {

        public Sleep {
            Objects.requireNonNull(host);
        }
    }

    /** Switches a host on. */
    record Wake(HostId host) implements Action {

        public Wake {
            Objects.requireNonNull(host);
        }
    }
}
