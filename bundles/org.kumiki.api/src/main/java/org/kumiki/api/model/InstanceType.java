package org.kumiki.api.model;

import java.math.BigDecimal;

/**
 * A size in which instances are sold.
 *
 * @param name         e.g. {@code t3.micro}
 * @param resources    what one instance takes of its host
 * @param computeUnits processing power as EC2 counted it in 2008: one unit is one core of a 2007 Opteron at 1.0-1.2 GHz
 * @param architecture {@code i386} or {@code x86_64}, as EC2 writes it
 * @param pricePerHour in US dollars
 */
public record InstanceType(String name, Resources resources, double computeUnits, String architecture, BigDecimal pricePerHour) {

    public InstanceType {
        if (name.isBlank() || resources.cpus() < 1 || resources.memoryMiB() < 1 || pricePerHour.signum() < 0) {
            throw new IllegalArgumentException("an instance type needs a name, a cpu, memory and a price: " + name + ", " + resources);
        }
    }
}
