package org.kumiki.bench.technologies;

/** What is measured, each in seconds: the less the better. The names of those before the last two are those of {@code work.sh}. */
enum Measure {
    CPU("cpu", "CPU alone: arithmetic"),
    FAULTS("memory", "memory: mapped and touched"),
    PROCESSES("memory", "memory: processes made"),
    SWITCHES("memory", "memory: context switches"),
    WRITE("io", "storage: 64 MiB written"),
    FLUSHES("io", "storage: small files flushed"),
    DOWNLOAD("network", "network: 32 MiB out of it"),
    ECHO("network", "network: round trips"),
    PARALLEL("parallel", "parallel: ring of processes");

    private final String workload;
    private final String title;

    Measure(String workload, String title) {
        this.workload = workload;
        this.title = title;
    }

    /** The class of work that it stands for. */
    String workload() {
        return workload;
    }

    String title() {
        return title;
    }
}
