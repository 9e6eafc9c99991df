package dev.ligo.core.train;

import dev.ligo.api.HostArray;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import java.util.function.LongToIntFunction;

/**
 * Makes the steps of workers on a backend, one worker after another. It keeps what was compiled for
 * the next round. Several threads may ask it at once.
 */
public final class BackendRounds implements RoundSource, AutoCloseable {
  private static final String VARIABLE = "variable/";

  private final Function<SortedMap<String, HostArray>, TrainingState> opening;
  private final LongToIntFunction variant;
  private final Queue<TrainingState> idle = new ConcurrentLinkedQueue<>();

  /**
   * Describes the steps.
   *
   * @param opening puts variables on the device
   * @param variant tells of each step, from 1, the number of its variant
   */
  BackendRounds(
      Function<SortedMap<String, HostArray>, TrainingState> opening, LongToIntFunction variant) {
    this.opening = opening;
    this.variant = variant;
  }

  @Override
  public Sum round(Request request) {
    TrainingState free = idle.poll();
    TrainingState state = free == null ? opening.apply(variables(request.state())) : free;
    try {
      int workers = request.steps().get(0).batches().size();
      Sum sum = worker(state, request, 0);
      for (int w = 1; w < workers; w++) {
        sum = sum.plus(worker(state, request, w));
      }
      idle.add(state);
      return sum;
    } catch (RuntimeException | Error e) {
      state.close();
      throw e;
    }
  }

  private Sum worker(TrainingState state, Request request, int worker) {
    state.restore(request.done(), request.state(), variant);
    List<Double> losses = new ArrayList<>();
    List<Double> norms = new ArrayList<>();
    for (LocalStep step : request.steps()) {
      GradientSource.MicroBatch batch = step.batches().get(worker);
      TrainingState.Step made =
          state.step(step.variant(), List.of(batch.arrays()), step.learningRate(), batch.seed());
      losses.add(made.loss());
      norms.add(made.gradientNorm());
    }
    return new Sum(1, state.state(), losses, norms);
  }

  private static SortedMap<String, HostArray> variables(Map<String, HostArray> state) {
    SortedMap<String, HostArray> variables = new TreeMap<>();
    state.forEach(
        (n, a) -> {
          if (n.startsWith(VARIABLE)) {
            variables.put(n.substring(VARIABLE.length()), a);
          }
        });
    return variables;
  }

  @Override
  public void close() {
    idle.forEach(TrainingState::close);
    idle.clear();
  }
}
