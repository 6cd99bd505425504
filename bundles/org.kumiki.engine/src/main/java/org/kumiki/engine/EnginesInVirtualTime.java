package org.kumiki.engine;

import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Optional;

import org.kumiki.api.datacenter.Caller;
import org.kumiki.api.datacenter.Datacenter;
import org.kumiki.api.datacenter.DatacenterListener;
import org.kumiki.api.datacenter.Table;
import org.kumiki.api.forecast.Forecaster;
import org.kumiki.api.hypervisor.Hypervisor;
import org.kumiki.api.migration.MigrationStrategy;
import org.kumiki.api.model.AccountId;
import org.kumiki.api.model.InstanceType;
import org.kumiki.api.network.GuestNetwork;
import org.kumiki.api.policy.Policy;
import org.kumiki.api.policy.PolicyBrain;
import org.kumiki.api.power.HostPower;
import org.kumiki.api.scheduler.Scheduler;
import org.kumiki.api.storage.ImageStore;
import org.kumiki.api.storage.VolumeStore;
import org.kumiki.api.time.Timeline;
import org.kumiki.api.twin.EngineSettings;
import org.kumiki.api.twin.EngineState;
import org.kumiki.api.twin.VirtualEngine;
import org.kumiki.api.twin.VirtualEngines;
import org.osgi.framework.Constants;
import org.osgi.service.component.annotations.Component;

/** Opens engines without threads and journals. */
@Component
public final class EnginesInVirtualTime implements VirtualEngines {

    private static final AccountId ROOT = new AccountId("000000000001");
    /** Nothing is reached by its address. */
    private static final int ADDRESS_BLOCK = 64;

    @Override
    public VirtualEngine open(EngineSettings settings, Timeline timeline, long seed) {
        return open(settings, timeline, seed, Optional.empty());
    }

    @Override
    public VirtualEngine open(EngineSettings settings, Timeline timeline, long seed, EngineState state) {
        if (!(state instanceof Fork fork)) {
            throw new IllegalArgumentException("a state of " + state.getClass().getName() + " is none of this engine's");
        }
        return open(settings, timeline, seed, Optional.of(fork));
    }

    private static VirtualEngine open(EngineSettings settings, Timeline timeline, long seed, Optional<Fork> from) {
        return new Engine(new LiveDatacenter(
                new LiveDatacenter.Settings(settings.region(), ADDRESS_BLOCK, settings.spareHosts(), settings.sampling(), settings.looking(),
                        new Policies.Settings(settings.planning(), settings.movesAtOnce(), settings.movesPerHost()), Examinations.Mode.OFF,
                        Examinations.Mode.OFF),
                timeline, seed, ROOT, new LiveDatacenter.Beginning(types(settings), from)));
    }

    private static Table<String, InstanceType> types(EngineSettings settings) {
        return settings.types().isEmpty() ? InstanceTypes.all() : InstanceTypes.of(settings.types());
    }

    /** Adds what a framework would inject. */
    private static final class Engine implements VirtualEngine {

        private final LiveDatacenter datacenter;
        private final Map<Object, Map<String, Object>> properties = new IdentityHashMap<>();
        private long services;

        Engine(LiveDatacenter datacenter) {
            this.datacenter = datacenter;
        }

        @Override
        public Datacenter datacenter() {
            return datacenter;
        }

        @Override
        public Caller operator() {
            return new Caller(ROOT, true, "operator");
        }

        @Override
        public <S> void add(Class<S> kind, String name, S plugIn) {
            Map<String, Object> of = Map.of(Constants.SERVICE_ID, ++services, nameProperty(kind), name);
            properties.put(plugIn, of);
            if (plugIn instanceof Scheduler scheduler && kind == Scheduler.class) {
                datacenter.addScheduler(scheduler, of);
            } else if (plugIn instanceof MigrationStrategy strategy && kind == MigrationStrategy.class) {
                datacenter.addStrategy(strategy, of);
            } else if (plugIn instanceof Policy policy && kind == Policy.class) {
                datacenter.addPolicy(policy, of);
            } else if (plugIn instanceof Hypervisor hypervisor && kind == Hypervisor.class) {
                datacenter.addHypervisor(hypervisor, of);
            } else if (plugIn instanceof HostPower power && kind == HostPower.class) {
                datacenter.addPower(power, of);
            } else if (plugIn instanceof GuestNetwork network && kind == GuestNetwork.class) {
                datacenter.addNetwork(network, of);
            } else if (plugIn instanceof ImageStore images && kind == ImageStore.class) {
                datacenter.addImageStore(images, of);
            } else if (plugIn instanceof VolumeStore volumes && kind == VolumeStore.class) {
                datacenter.addVolumeStore(volumes, of);
            } else if (plugIn instanceof DatacenterListener listener && kind == DatacenterListener.class) {
                datacenter.addListener(listener);
            } else if (plugIn instanceof Forecaster forecaster && kind == Forecaster.class) {
                datacenter.addForecaster(forecaster, of);
            } else {
                throw new IllegalArgumentException("an engine in virtual time takes no " + kind.getName());
            }
        }

        @Override
        public void addShadow(String name, Policy policy) {
            Map<String, Object> of = Map.of(Constants.SERVICE_ID, ++services, nameProperty(Policy.class), name, PolicyBrain.ADVISE, true);
            properties.put(policy, of);
            datacenter.addPolicy(policy, of);
        }

        private static String nameProperty(Class<?> kind) {
            return kind == Scheduler.class ? "kumiki.scheduler.name" : kind == Policy.class ? "kumiki.policy.name" : "kumiki.migration.name";
        }

        @Override
        public <S> void remove(Class<S> kind, S plugIn) {
            Map<String, Object> of = properties.remove(plugIn);
            if (of == null) {
                throw new IllegalArgumentException(plugIn + " was not added");
            } else if (plugIn instanceof Scheduler scheduler && kind == Scheduler.class) {
                datacenter.removeScheduler(scheduler, of);
            } else if (plugIn instanceof MigrationStrategy strategy && kind == MigrationStrategy.class) {
                datacenter.removeStrategy(strategy, of);
            } else if (plugIn instanceof Policy policy && kind == Policy.class) {
                datacenter.removePolicy(policy, of);
            } else if (plugIn instanceof Hypervisor hypervisor && kind == Hypervisor.class) {
                datacenter.removeHypervisor(hypervisor);
            } else if (plugIn instanceof HostPower power && kind == HostPower.class) {
                datacenter.removePower(power);
            } else if (plugIn instanceof GuestNetwork network && kind == GuestNetwork.class) {
                datacenter.removeNetwork(network);
            } else if (plugIn instanceof ImageStore images && kind == ImageStore.class) {
                datacenter.removeImageStore(images);
            } else if (plugIn instanceof VolumeStore volumes && kind == VolumeStore.class) {
                datacenter.removeVolumeStore(volumes);
            } else if (plugIn instanceof DatacenterListener listener && kind == DatacenterListener.class) {
                datacenter.removeListener(listener);
            } else if (plugIn instanceof Forecaster forecaster && kind == Forecaster.class) {
                datacenter.removeForecaster(forecaster, of);
            }
        }

        @Override
        public EngineState fork() {
            return datacenter.fork();
        }

        @Override
        public void close() {
            datacenter.close();
        }
    }
}
