package dev.ligo.core;

import com.google.gson.JsonObject;
import dev.ligo.api.HostArray;
import dev.ligo.core.train.Trainer;
import dev.ligo.core.train.TrainingDirectory;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the state with the best value of a metric on the held-out data, among the evaluations after
 * the first step: it is saved when it is evaluated, and stays until there is a better one.
 */
final class BestState {
  /** A step and its value of the metric. */
  record Best(long step, double value) {}

  private static final Logger LOGGER = LoggerFactory.getLogger(BestState.class);

  private final Trainer trainer;
  private final TrainingDirectory work;
  private final BestMetric metric;
  private Optional<Best> best;

  /** Begins with the best of a run that is continued, if its state is there and whole. */
  BestState(Trainer trainer, TrainingDirectory work, BestMetric metric) {
    this.trainer = trainer;
    this.work = work;
    this.metric = metric;
    Optional<Best> before = work.saved().flatMap(s -> best(s.metrics(), metric));
    this.best = before.filter(b -> work.state(b.step()).isPresent());
    best.ifPresent(b -> work.keep(b.step()));
    if (best.isEmpty()) {
      before.ifPresent(
          b ->
              LOGGER.warn(
                  "the best state, of step {}, is gone: the best from here on is written.",
                  b.step()));
    }
  }

  /** Returns the best value of a metric after the first step; of equal ones, the first. */
  static Optional<Best> best(Iterable<JsonObject> metrics, BestMetric metric) {
    Optional<Best> best = Optional.empty();
    for (JsonObject line : metrics) {
      if (line.has(metric.key())) {
        Best here = new Best(line.get("step").getAsLong(), line.get(metric.key()).getAsDouble());
        best = isBetter(here, best, metric) ? Optional.of(here) : best;
      }
    }
    return best;
  }

  private static boolean isBetter(Best here, Optional<Best> than, BestMetric metric) {
    return here.step() > 0 && than.map(b -> metric.isBetter(here.value(), b.value())).orElse(true);
  }

  /**
   * Saves the state of a step, if it is the best so far.
   *
   * @throws dev.ligo.core.train.TrainingException if the metric is not among those of the
   *     evaluation, which is known before the first step
   */
  void evaluated(long step, Map<String, Double> metrics) {
    Best here = new Best(step, metric.of(metrics));
    if (isBetter(here, best, metric)) {
      best = Optional.of(here);
      work.keep(step);
      work.save(step, trainer.currentState());
    }
  }

  /** Gives the trainer the best state. Where it is gone or damaged, the last one stays. */
  void restore() {
    best.filter(b -> b.step() != trainer.steps())
        .ifPresent(
            b -> {
              Optional<Map<String, HostArray>> state = work.state(b.step());
              if (state.isPresent()) {
                trainer.restore(b.step(), state.get());
              } else {
                LOGGER.warn("the best state, of step {}, is gone: the last is written.", b.step());
              }
            });
  }
}
