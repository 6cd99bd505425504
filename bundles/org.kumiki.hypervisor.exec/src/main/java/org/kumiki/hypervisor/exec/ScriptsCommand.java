package org.kumiki.hypervisor.exec;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentSkipListMap;

import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/** {@code kumiki:scripts} in the shell: what the scripts of a technology did and said last. */
@Component(service = ScriptsCommand.class, property = { "osgi.command.scope=kumiki", "osgi.command.function=scripts" })
public class ScriptsCommand {

    private final ConcurrentSkipListMap<String, ExecHypervisor> drivers = new ConcurrentSkipListMap<>();

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void addDriver(ExecHypervisor driver) {
        drivers.put(driver.name(), driver);
    }

    void removeDriver(ExecHypervisor driver) {
        drivers.remove(driver.name(), driver);
    }

    /** The technologies that run by scripts. */
    public Collection<String> scripts() {
        return drivers.keySet();
    }

    /** What the scripts of one did and said, the oldest first. */
    public List<String> scripts(String technology) {
        ExecHypervisor driver = drivers.get(technology);
        if (driver == null) {
            throw new IllegalArgumentException("no technology " + technology + " runs by scripts; these do: " + drivers.keySet());
        }
        return driver.runs();
    }
}
