package org.kumiki.twin.spark;

import java.util.List;
import java.util.Optional;

import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.kumiki.twin.study.Simulate;

/**
 * The main class for {@code spark-submit}: the same as {@code kumiki simulate}, with the runs on the cluster. Tables and report are written where the
 * driver runs, and are the same to the byte.
 */
public final class SimulateOnSpark {

    private SimulateOnSpark() {
    }

    public static void main(String[] arguments) {
        int status;
        try (JavaSparkContext spark = new JavaSparkContext(new SparkConf().setIfMissing("spark.app.name", "kumiki simulate"))) {
            OnSpark cluster = new OnSpark(spark);
            status = new Simulate(System.out, Boolean.getBoolean("kumiki.terminal"), Optional.of(cluster)).run(List.of(arguments));
            if (cluster.executors() > 0) {
                System.out.println(cluster.executors() + (cluster.executors() == 1 ? " executor has" : " executors have") + " carried runs out");
            }
        }
        System.exit(status);
    }
}
