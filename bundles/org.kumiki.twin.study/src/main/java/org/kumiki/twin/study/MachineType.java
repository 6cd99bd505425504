package org.kumiki.twin.study;

import java.io.Serializable;
import java.math.BigDecimal;

import org.kumiki.api.model.InstanceType;
import org.kumiki.api.model.Resources;

/**
 * A size that machines have.
 *
 * @param share how often there is one, beside the shares of the others
 */
public record MachineType(String name, int vcpus, int memoryMiB, int share) implements Serializable {

    /** What all machines are if a scenario does not say. */
    static final MachineType USUAL = new MachineType("t2.small", 1, 2_048, 1);

    /** Nobody pays in a study, and disks are not what hosts have too little of. */
    InstanceType instanceType() {
        return new InstanceType(name, new Resources(vcpus, memoryMiB, 0, 0), vcpus, "x86_64", BigDecimal.ZERO);
    }
}
