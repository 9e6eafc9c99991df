package dev.ligo.spark;

import java.util.Locale;

/**
 * How long jobs take, and how much of that the slowest of a job's tasks computes: the rest is
 * Spark's and the network's. The first job is left out, in which executors open and compile.
 */
final class JobTimes {
  private long jobs;
  private double seconds;
  private double computed;

  /** Takes note of a job. */
  void add(double whole, double slowest) {
    if (jobs++ > 0) {
      seconds += whole;
      computed += slowest;
    }
  }

  /** Returns whether there is something to tell. */
  boolean isMeasured() {
    return jobs > 1;
  }

  @Override
  public String toString() {
    long n = Math.max(1, jobs - 1);
    return String.format(
        Locale.ROOT,
        "%d jobs took %.3f s each, of which the slowest task computed %.3f s (%.0f %%)",
        jobs,
        seconds / n,
        computed / n,
        100 * computed / Math.max(seconds, 1e-9));
  }
}
