package dev.ligo.core.train;

import dev.ligo.api.HostArray;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/** Computes the gradients of a step's micro-batches, on this machine or on many. */
@FunctionalInterface
public interface GradientSource {
  /**
   * What a step computes gradients of.
   *
   * @param variant the number of its variant: strategies make steps that differ
   * @param variables the values of all variables by name, those among them that a step of this
   *     variant leaves as they are
   * @param microBatches the micro-batches, at least one
   */
  record Request(
      int variant, SortedMap<String, HostArray> variables, List<MicroBatch> microBatches) {}

  /**
   * A micro-batch.
   *
   * @param arrays its arrays by name
   * @param seed what dropout draws from
   */
  record MicroBatch(Map<String, HostArray> arrays, long seed) {
    /** Returns the micro-batches of a step, each with a seed of its own. */
    static List<MicroBatch> of(List<? extends Map<String, HostArray>> batches, long seed) {
      List<MicroBatch> all = new ArrayList<>();
      for (Map<String, HostArray> batch : batches) {
        all.add(new MicroBatch(batch, seed * batches.size() + all.size()));
      }
      return all;
    }
  }

  /**
   * {@return the gradients of all micro-batches, added}
   *
   * @param request the variables and the micro-batches
   */
  Gradients gradients(Request request);
}
