package dev.ligo.core;

import com.google.gson.JsonArray;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import dev.ligo.core.train.TrainingOptions;
import java.util.List;
import java.util.Optional;

/**
 * What {@code trainer_state.json} holds: a run as the {@code Trainer} of {@code transformers}
 * writes it down, under the names of its {@code TrainerState}.
 *
 * @param options how the run was made
 * @param stepsPerEpoch the steps that go once through the data
 * @param batchSize the examples of a batch, 0 if not known
 * @param flops the operations of the run
 * @param by the metric by which the best of its models is known
 * @param metrics the lines of its metrics
 */
record TrainerState(
    TrainingOptions options,
    double stepsPerEpoch,
    int batchSize,
    double flops,
    BestMetric by,
    List<JsonObject> metrics) {
  /** The file. */
  static final String FILE = "trainer_state.json";

  /** Returns the state. */
  JsonObject json() {
    long steps = options.steps();
    Optional<BestState.Best> best = BestState.best(metrics, by);
    JsonObject o = new JsonObject();
    o.add("best_global_step", JsonNull.INSTANCE);
    o.add("best_metric", JsonNull.INSTANCE);
    best.ifPresent(
        b -> {
          o.addProperty("best_global_step", b.step());
          o.addProperty("best_metric", b.value());
        });
    o.add("best_model_checkpoint", JsonNull.INSTANCE);
    o.addProperty("epoch", steps / stepsPerEpoch);
    o.addProperty("eval_steps", Math.min(options.evaluateEvery(), steps));
    o.addProperty("global_step", steps);
    o.addProperty("is_hyper_param_search", false);
    o.addProperty("is_local_process_zero", true);
    o.addProperty("is_world_process_zero", true);
    JsonArray history = new JsonArray();
    metrics.forEach(line -> history.add(entry(line)));
    o.add("log_history", history);
    o.addProperty("logging_steps", 1);
    o.addProperty("max_steps", steps);
    o.addProperty("num_input_tokens_seen", tokens());
    o.addProperty("num_train_epochs", (long) Math.ceil(steps / stepsPerEpoch));
    o.addProperty("total_flos", flops);
    if (batchSize > 0) {
      o.addProperty("train_batch_size", batchSize);
    }
    return o;
  }

  private JsonObject entry(JsonObject line) {
    JsonObject entry = new JsonObject();
    entry.addProperty("epoch", line.get("step").getAsLong() / stepsPerEpoch);
    line.entrySet().forEach(e -> entry.add(TrainerNames.of(e.getKey()), e.getValue()));
    return entry;
  }

  /** Returns how many tokens the run has seen, 0 where it counts something else. */
  private long tokens() {
    return metrics.stream()
        .filter(line -> line.has("tokens"))
        .mapToLong(line -> line.get("tokens").getAsLong())
        .max()
        .orElse(0);
  }
}
