package dev.ligo.spark;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.VoidFunction;
import org.apache.spark.broadcast.Broadcast;

/**
 * One job: what all tasks need is broadcast, each works on its share of some parts, and a tree of
 * sums brings their results together. What a lost executor had of it is computed again by Spark.
 *
 * <p>Sums are added in the order in which they arrive, so two runs differ by rounding.
 *
 * @param spark the application
 * @param doing what the job does, for messages
 * @param times takes note of how long jobs take
 */
record Job(JavaSparkContext spark, String doing, JobTimes times) {
  /** Executors sum what tasks computed, so that the driver takes few sums, and not one of each. */
  private static final int DEPTH = 2;

  /** A result that is added to others. */
  interface Sum<S> extends Serializable {
    S plus(S other);
  }

  /** Returns, in an executor, what its tasks share. */
  interface Shared<T> extends Supplier<T>, Serializable {}

  /** What a task does with its share of the parts and what was broadcast. */
  interface Work<P, S> extends Serializable {
    S of(List<P> parts, ArrayBundle arrays);
  }

  /** A result of tasks, and the seconds that the slowest of them computed. */
  private record Timed<S extends Sum<S>>(S sum, double slowest) implements Sum<Timed<S>> {
    @Override
    public Timed<S> plus(Timed<S> other) {
      return new Timed<>(sum.plus(other.sum), Math.max(slowest, other.slowest));
    }
  }

  /** Returns the sum over all parts, of which there is one at least. */
  <P, S extends Sum<S>> S run(ArrayBundle arrays, List<P> parts, Work<P, S> work) {
    long begun = System.nanoTime();
    Broadcast<ArrayBundle> sent = spark.broadcast(arrays);
    int tasks = Math.min(parts.size(), spark.defaultParallelism()); // as many as there are cores
    try {
      Timed<S> all =
          spark
              .parallelize(parts, tasks)
              .mapPartitions(
                  share -> {
                    List<P> mine = new ArrayList<>();
                    share.forEachRemaining(mine::add);
                    ArrayBundle received = sent.value();
                    long computing = System.nanoTime();
                    S sum = work.of(mine, received);
                    return List.of(new Timed<>(sum, (System.nanoTime() - computing) / 1e9))
                        .iterator();
                  })
              .treeReduce(Timed::plus, DEPTH);
      times.add((System.nanoTime() - begun) / 1e9, all.slowest());
      return all.sum();
    } catch (Exception e) { // Scala declares none
      throw new ClusterException(doing, e);
    } finally {
      sent.destroy();
    }
  }

  /** Does each of some things in a task of its own, and waits for all. */
  <P> void each(List<P> things, VoidFunction<P> work) {
    try {
      spark.parallelize(things, things.size()).foreach(work);
    } catch (Exception e) { // Scala declares none
      throw new ClusterException(doing, e);
    }
  }
}
