package dev.ligo.it.bench;

import java.util.List;

/** Something to measure. */
interface Benchmark {
  /** Returns the name by which it is chosen. */
  String name();

  /** Returns in a few words what it measures. */
  String summary();

  /**
   * Measures.
   *
   * @throws SkippedException if what it needs is not there
   */
  List<Result> run(Settings settings);
}
