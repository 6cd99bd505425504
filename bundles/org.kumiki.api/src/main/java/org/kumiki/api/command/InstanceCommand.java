package org.kumiki.api.command;

import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.kumiki.api.model.GroupId;
import org.kumiki.api.model.Instance;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.LaunchSpec;

/** What can be asked of instances. A command on several of them happens to all or to none. */
public sealed interface InstanceCommand<R> extends Command<R> {

    /**
     * Launches instances.
     *
     * @param spec    with no groups for the default group
     * @param devices what shall be other than the image has it
     * @param min     so many, or none at all
     * @param max     so many if there is room
     * @param token   the same token again, with the same request, answers with the same instances and launches nothing
     */
    record Launch(LaunchSpec spec, List<DeviceMapping> devices, int min, int max, Optional<String> token, Map<String, String> tags,
            Map<String, String> volumeTags, boolean terminationProtected) implements InstanceCommand<Reservation> {

        public Launch {
            devices = List.copyOf(devices);
            volumeTags = Map.copyOf(volumeTags);
            tags = Map.copyOf(tags);
        }
    }

    /** Starts stopped instances. */
    record Start(List<InstanceId> instances) implements InstanceCommand<List<StateChange>> {

        public Start {
            instances = List.copyOf(instances);
        }
    }

    /** Stops instances and keeps their disks. */
    record Stop(List<InstanceId> instances, boolean force) implements InstanceCommand<List<StateChange>> {

        public Stop {
            instances = List.copyOf(instances);
        }
    }

    /** Restarts running instances. */
    record Reboot(List<InstanceId> instances) implements InstanceCommand<List<InstanceId>> {

        public Reboot {
            instances = List.copyOf(instances);
        }
    }

    /** Ends instances for good. */
    record Terminate(List<InstanceId> instances) implements InstanceCommand<List<StateChange>> {

        public Terminate {
            instances = List.copyOf(instances);
        }
    }

    /**
     * Changes what may be changed of an instance; what is absent stays.
     *
     * @param type                only while the instance is stopped
     * @param deleteOnTermination by device, whether its volume goes with the instance
     */
    record Modify(InstanceId instance, Optional<String> type, Optional<Boolean> terminationProtected, Optional<List<GroupId>> groups,
            Optional<Boolean> terminateOnStop, Optional<String> userData,
            Map<String, Boolean> deleteOnTermination) implements InstanceCommand<Instance> {

        public Modify {
            deleteOnTermination = Map.copyOf(deleteOnTermination);
        }
    }
}
