package org.kumiki.engine;

import java.math.BigDecimal;
import java.util.List;

import org.kumiki.api.datacenter.Table;
import org.kumiki.api.model.InstanceType;
import org.kumiki.api.model.Resources;

/** The sizes on offer: the five that EC2 had in 2008, with their prices of then, and small ones of today, with today's. */
final class InstanceTypes {

    private static final long GB = 1_000_000_000L / (1024 * 1024);

    private InstanceTypes() {
    }

    static Table<String, InstanceType> all() {
        return of(List.of(
                of("m1.small", 1, 1_741, 160 * GB, 1, "i386", "0.10"),
                of("m1.large", 2, 7_680, 850 * GB, 4, "x86_64", "0.40"),
                of("m1.xlarge", 4, 15_360, 1_690 * GB, 8, "x86_64", "0.80"),
                of("c1.medium", 2, 1_741, 350 * GB, 5, "i386", "0.20"),
                of("c1.xlarge", 8, 7_168, 1_690 * GB, 20, "x86_64", "0.80"),
                of("t2.nano", 1, 512, 4_096, 1, "x86_64", "0.0058"),
                of("t2.micro", 1, 1_024, 8_192, 1, "x86_64", "0.0116"),
                of("t2.small", 1, 2_048, 8_192, 1, "x86_64", "0.023"),
                of("t3.nano", 2, 512, 4_096, 2, "x86_64", "0.0052"),
                of("t3.micro", 2, 1_024, 8_192, 2, "x86_64", "0.0104"),
                of("t3.small", 2, 2_048, 8_192, 2, "x86_64", "0.0208"),
                of("t3.medium", 2, 4_096, 16_384, 2, "x86_64", "0.0416")));
    }

    /** These only. */
    static Table<String, InstanceType> of(List<InstanceType> offered) {
        Ordered<String, InstanceType> types = Ordered.empty();
        for (InstanceType type : offered) {
            types = types.with(type.name(), type);
        }
        return types;
    }

    private static InstanceType of(String name, int cpus, long memoryMiB, long diskMiB, double units, String architecture, String price) {
        return new InstanceType(name, new Resources(cpus, memoryMiB, diskMiB, 0), units, architecture, new BigDecimal(price));
    }
}
