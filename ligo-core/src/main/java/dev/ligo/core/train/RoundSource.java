package dev.ligo.core.train;

import dev.ligo.api.HostArray;
import java.util.List;
import java.util.SortedMap;
import java.util.stream.IntStream;

/** Lets workers train by themselves for some steps, on this machine or on many. */
@FunctionalInterface
public interface RoundSource {
  /**
   * A round: steps that each worker makes without the others.
   *
   * @param done the number of steps done before it
   * @param state the variables and the optimizer's moments before it, see {@link
   *     TrainingState#state}
   * @param steps the steps
   */
  record Request(long done, SortedMap<String, HostArray> state, List<LocalStep> steps) {}

  /**
   * One step of a round.
   *
   * @param variant the number of its variant
   * @param learningRate its learning rate
   * @param batches the batch of each worker
   */
  record LocalStep(int variant, double learningRate, List<GradientSource.MicroBatch> batches) {}

  /**
   * What the workers came to, added.
   *
   * @param workers the number of workers
   * @param state the sum of their states
   * @param losses the sums of their losses, of each step
   * @param norms the sums of their gradients' norms, of each step
   */
  record Sum(
      int workers, SortedMap<String, HostArray> state, List<Double> losses, List<Double> norms) {
    /**
     * {@return the sum with other workers of the same round}
     *
     * @param other what they came to
     */
    public Sum plus(Sum other) {
      return new Sum(
          workers + other.workers,
          Gradients.sum(state, other.state),
          sum(losses, other.losses),
          sum(norms, other.norms));
    }

    private static List<Double> sum(List<Double> some, List<Double> others) {
      return IntStream.range(0, some.size()).mapToObj(i -> some.get(i) + others.get(i)).toList();
    }
  }

  /**
   * {@return what all workers came to, each of which begins with the same state}
   *
   * @param request the state and the steps
   */
  Sum round(Request request);
}
