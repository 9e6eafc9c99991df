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
 * Keeps the state with the lowest loss on the held-out data, among the evaluations after the first
 * step: it is saved when it is evaluated, and stays until there is a better one.
 */
final class BestState {
  /** A step and its loss on the held-out data. */
  record Best(long step, double loss) {}

  /** What a run keeps, in the words by which it is told from one that keeps its last model. */
  static final String KEPT = "that of the lowest loss on the held-out data";

  private static final Logger LOGGER = LoggerFactory.getLogger(BestState.class);

  private final Trainer trainer;
  private final TrainingDirectory work;
  private Optional<Best> best;

  /** Begins with the best of a run that is continued, if its state is there. */
  BestState(Trainer trainer, TrainingDirectory work) {
    this.trainer = trainer;
    this.work = work;
    Optional<Best> before = work.saved().flatMap(s -> best(s.metrics()));
    this.best = before.filter(b -> work.hasState(b.step()));
    best.ifPresent(b -> work.keep(b.step()));
    if (best.isEmpty()) {
      before.ifPresent(
          b ->
              LOGGER.warn(
                  "the best state, of step {}, is gone: the best from here on is written.",
                  b.step()));
    }
  }

  /** Returns the lowest of the losses on the held-out data; of equal ones, the first. */
  static Optional<Best> best(Iterable<JsonObject> metrics) {
    String key = TrainingRecording.EVALUATED + "loss";
    Optional<Best> lowest = Optional.empty();
    for (JsonObject line : metrics) {
      if (line.has(key)) {
        Best here = new Best(line.get("step").getAsLong(), line.get(key).getAsDouble());
        if (here.step() > 0 && lowest.map(l -> here.loss() < l.loss()).orElse(true)) {
          lowest = Optional.of(here);
        }
      }
    }
    return lowest;
  }

  /** Saves the state of a step, if it is the best so far. */
  void evaluated(long step, double loss) {
    if (step > 0 && best.map(b -> loss < b.loss()).orElse(true)) {
      best = Optional.of(new Best(step, loss));
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
