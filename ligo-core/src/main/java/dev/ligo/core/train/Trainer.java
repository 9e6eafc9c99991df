package dev.ligo.core.train;

import dev.ligo.api.Backend;
import dev.ligo.api.HostArray;
import dev.ligo.core.data.BatchSource;
import dev.ligo.core.model.Model;
import dev.ligo.core.model.Parameter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Trains a model on a task. Parameters that the task does not use stay as they are. Data, masks and
 * dropout follow from the step's number, so that a run that was stopped and continued gives what an
 * uninterrupted one gives.
 */
public final class Trainer implements AutoCloseable {
  /** Hears of a run. */
  public interface Listener {
    /** Hears of a step that was made. */
    default void stepped(Optimization.Step step, double learningRate) {}

    /** Hears of a batch of an evaluation that was measured, counted from 1. */
    default void evaluating(long done, long total) {}

    /** Hears of an evaluation of the parameters after a number of steps. */
    default void evaluated(long step, Map<String, Double> metrics) {}
  }

  private final TrainingOptions options;
  private final SortedMap<String, HostArray> unused = new TreeMap<>();
  private final Optimization optimization;
  private final Evaluation evaluation;

  /**
   * Puts a model on a device.
   *
   * @param values the values of all parameters, by name
   */
  public Trainer(
      Backend backend,
      Model<?> model,
      String task,
      Map<String, HostArray> values,
      TrainingOptions options) {
    this.options = options;
    Set<String> used = model.used(task);
    SortedMap<String, HostArray> trained = new TreeMap<>();
    values.forEach((n, a) -> (used.contains(n) ? trained : unused).put(n, a));
    Set<String> decayed = new HashSet<>();
    for (Parameter p : model.layout().parameters()) {
      for (int l = 0; p.decays() && l < model.layout().layers(p); l++) {
        decayed.add(p.at(l));
      }
    }
    this.optimization =
        new Optimization(
            backend,
            (t, variables, constants, batch) -> model.loss(task, t, variables, batch, true),
            options.optimizer(),
            trained,
            Map.of(),
            decayed::contains,
            options.microBatches());
    this.evaluation = new Evaluation(backend, model, task);
  }

  /** Takes up a run that was interrupted, see {@link Optimization#restore}. */
  public void restore(long step, Map<String, HostArray> state) {
    optimization.restore(step, state);
  }

  /**
   * Trains up to a step.
   *
   * @param until the number of the last step to make, at most that of the options
   * @param train the data to train on
   * @param held the data to evaluate on, if there is any
   * @throws TrainingException if the loss is not finite
   */
  public void run(long until, BatchSource train, Optional<BatchSource> held, Listener listener) {
    if (optimization.steps() == 0) {
      held.ifPresent(h -> evaluate(h, listener));
    }
    int micro = options.microBatches();
    for (long step = optimization.steps() + 1; step <= until; step++) {
      List<Map<String, HostArray>> batches = new ArrayList<>();
      for (int i = 0; i < micro; i++) {
        batches.add(train.batch((step - 1) * micro + i));
      }
      double rate = options.schedule().at(step);
      Optimization.Step s = optimization.step(batches, rate, options.seed() + step);
      listener.stepped(s, rate);
      if (step % options.evaluateEvery() == 0 || step == options.steps()) {
        held.ifPresent(h -> evaluate(h, listener));
      }
    }
  }

  private void evaluate(BatchSource held, Listener listener) {
    listener.evaluated(optimization.steps(), measure(held, listener));
  }

  /**
   * Returns the task's metrics of the parameters as they are.
   *
   * @param listener hears of each batch
   */
  public Map<String, Double> measure(BatchSource held, Listener listener) {
    long batches = Math.min(options.evaluationBatches(), held.batchesPerPass());
    return evaluation.metrics(
        optimization.deviceVariables(), held, batches, i -> listener.evaluating(i, batches));
  }

  /** Returns the number of steps done. */
  public long steps() {
    return optimization.steps();
  }

  /** Returns a copy of all parameters. */
  public SortedMap<String, HostArray> values() {
    SortedMap<String, HostArray> m = new TreeMap<>(unused);
    m.putAll(optimization.variables());
    return m;
  }

  /** Returns a copy of the trained parameters and the optimiser's moments, for {@link #restore}. */
  public SortedMap<String, HostArray> state() {
    return optimization.state();
  }

  @Override
  public void close() {
    evaluation.close();
    optimization.close();
  }
}
