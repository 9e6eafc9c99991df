package dev.ligo.testkit;

/**
 * How a backend may differ from others and still keep the contract. What it declares is tested to
 * be there, and what it denies to be absent, so that a declaration can be relied upon.
 */
public enum Behaviour {
  /** A program is applied once for each signature of its inputs, and not anew at each run. */
  TRACES,
  /** Arithmetic on int64 is exact beyond 2⁵³. */
  EXACT_INT64,
  /** A second backend in the process may have another number of threads than the first. */
  THREADS_OF_ITS_OWN,
  /**
   * What a region's gradient needs is computed again on the way back, and not kept: see {@link
   * dev.ligo.api.Tensors#recomputed}.
   */
  RECOMPUTES,
  /** Products of float32 are computed in bfloat16 if that is asked for. */
  BFLOAT16
}
