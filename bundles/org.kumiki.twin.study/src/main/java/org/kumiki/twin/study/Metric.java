package org.kumiki.twin.study;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What is measured of a run; of each the less the better, but of launches. Its name in lower case is what scenarios and tables call it. */
public enum Metric {

    ENERGY_KWH("energy", "kWh", 2, "what all hosts drew"),
    MIGRATIONS("migrations", "", 0, "how many were begun"),
    SHUTDOWNS("shutdowns", "", 0, "how often a host had no load any more, or, where it is told to, fell asleep"),
    SLATAH_PERCENT("SLATAH", "%", 2, "the share of the hosts' active time in which some machine got less than it wanted"),
    PDM_PERCENT("PDM", "%", 3, "the share of what machines wanted that they did not get because they moved"),
    SLAV("SLAV", "10⁻⁵", 2, "SLATAH times PDM"),
    ESV_KWH("ESV", "10⁻³ kWh", 2, "energy times SLAV"),
    UNSERVED_PERCENT("unserved", "%", 3, "the share of what machines wanted that they did not get"),
    ACTIVE_HOSTS("hosts on", "", 1, "how many hosts had load, or, where they are told when to sleep, were on, on the average"),
    LAUNCHES("launches", "", 0, "how many machines were launched"),
    FAILED_LAUNCHES("failed launches", "", 1, "how many machines found no room"),
    LOST("lost machines", "", 1, "how many ran on hosts that failed");

    private final String title;
    private final String unit;
    private final int digits;
    private final String meaning;

    Metric(String title, String unit, int digits, String meaning) {
        this.title = title;
        this.unit = unit;
        this.digits = digits;
        this.meaning = meaning;
    }

    public static Optional<Metric> named(String key) {
        return Arrays.stream(values()).filter(metric -> metric.key().equals(key)).findFirst();
    }

    public static List<String> keys() {
        return Arrays.stream(values()).map(Metric::key).toList();
    }

    /** Whether it can be measured of a scenario's runs. */
    boolean isMeasured(Workload workload, Failing failing) {
        return switch (this) {
            case LAUNCHES, FAILED_LAUNCHES -> !(workload instanceof Workload.Fixed);
            case LOST -> !failing.isNever();
            default -> true;
        };
    }

    /** What its meaning is, or why there is none of it. */
    String meaning(Scenario scenario) {
        return isMeasured(scenario.workload(), scenario.failing()) ? meaning
                : "not measured, as " + (this == LOST ? "no host fails" : "all machines are there from the beginning to the end");
    }

    /** Whether less of it is better, so that policies can be compared by it. */
    boolean isCompared() {
        return this != LAUNCHES;
    }

    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    public String title() {
        return title;
    }

    /** In which it is shown; tables have it without powers of ten. */
    public String unit() {
        return unit;
    }

    /** The value as people read it. */
    String shown(double value) {
        return String.format(Locale.ROOT, "%,." + digits + "f", value * scale());
    }

    /** By how much a value is multiplied where it is shown. */
    double scale() {
        return this == SLAV ? 1e5 : this == ESV_KWH ? 1e3 : 1;
    }
}
