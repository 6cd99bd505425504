package org.kumiki.twin.spark;

import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.kumiki.twin.study.Policies;
import org.kumiki.twin.study.Result;
import org.kumiki.twin.study.Run;
import org.kumiki.twin.study.Scenario;
import org.kumiki.twin.study.Spread;
import org.kumiki.twin.study.Worker;

import scala.Function1;
import scala.Function2;
import scala.collection.Iterator;
import scala.reflect.ClassTag$;
import scala.runtime.BoxedUnit;

/**
 * Carries runs out on the executors of a Spark cluster: the scenario with its traces goes to each of them once, and each run is a task, whose result
 * comes back as soon as it ends. Executors find policies where the driver does: in the jars of the application.
 */
final class OnSpark implements Spread {

    private final JavaSparkContext spark;
    private final Set<String> executors = ConcurrentHashMap.newKeySet();

    /** What came of one run. */
    private record Ended(Run run, Result result, String failure, String executor) implements Serializable {
    }

    /** One run, on an executor. */
    private record Task(Broadcast<Scenario> scenario) implements Function1<Iterator<Run>, Ended>, Serializable {

        @Override
        public Ended apply(Iterator<Run> runs) {
            Run run = runs.next();
            String executor = SparkEnv.get().executorId();
            try {
                Policies policies = Policies.of(Thread.currentThread().getContextClassLoader());
                return new Ended(run, new Worker(scenario.value(), policies).run(run), "", executor);
            } catch (RuntimeException | LinkageError | StackOverflowError e) { // the same with each attempt, so Spark need not repeat it
                return new Ended(run, null, e.toString(), executor);
            }
        }
    }

    OnSpark(JavaSparkContext spark) {
        this.spark = spark;
    }

    @Override
    public String place() {
        return "Spark at " + spark.master();
    }

    /** How many executors have carried runs out. */
    int executors() {
        return executors.size();
    }

    @Override
    public void run(Scenario scenario, List<Run> runs, Listener listener) {
        Broadcast<Scenario> everywhere = spark.broadcast(scenario);
        List<Run> tasks = new ArrayList<>(runs);
        Function2<Object, Ended, BoxedUnit> tell = (partition, ended) -> {
            executors.add(ended.executor());
            if (ended.result() == null) {
                listener.failed(ended.run(), ended.failure());
            } else {
                listener.done(ended.run(), ended.result());
            }
            return BoxedUnit.UNIT;
        };
        try {
            spark.sc().runJob(spark.parallelize(tasks, tasks.size()).rdd(), new Task(everywhere), tell, ClassTag$.MODULE$.apply(Ended.class));
        } catch (Exception e) { // Scala's methods do not say what they throw, such as SparkException, which is checked
            throw new UncheckedIOException(new IOException("Spark has given the study up, which --resume goes on with: " + e.getMessage(), e));
        }
    }
}
