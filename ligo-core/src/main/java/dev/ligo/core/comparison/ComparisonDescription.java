package dev.ligo.core.comparison;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.ligo.api.Wording;
import dev.ligo.core.data.BatchSample;
import dev.ligo.core.data.BatchSource;
import dev.ligo.core.data.DataRequest;
import dev.ligo.core.data.Documents;
import dev.ligo.core.model.TaskModel;
import dev.ligo.core.train.TrainingOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** What must not change while results are added to a comparison, and the data that it is about. */
final class ComparisonDescription {
  private ComparisonDescription() {}

  /**
   * Returns the description of a comparison.
   *
   * @param data the data to train on, of one seed whichever seeds are run
   * @param held the held-out data
   * @param opened both
   * @throws ComparisonException if the data are too short for the steps
   */
  static JsonObject of(
      TaskModel<?> large,
      DataRequest data,
      DataRequest held,
      ComparisonData opened,
      ComparisonOptions options) {
    BatchSource train = opened.training();
    TrainingOptions training = options.training();
    requireEnough(train, data, options);
    JsonObject o = new JsonObject();
    o.addProperty("family", large.spec().architecture().name());
    o.addProperty("task", large.name());
    o.add("config", large.spec().json());
    o.add("data", json(data.paths(), train));
    o.add("held_out_data", json(held.paths(), opened.heldOut()));
    o.addProperty("batch_size", data.batchSize());
    o.addProperty("sequence_length", data.sequenceLength());
    o.addProperty("evaluation_batch_size", held.batchSize());
    if (large.heads() > 1) { // older comparisons have the mean of the heads' losses
      o.addProperty("held_out_loss", "of the heads' mean logits");
    }
    if (data.documents() != Documents.DEFAULT) { // older comparisons know the default alone
      o.addProperty("documents", data.documents().toString());
    }
    o.addProperty("steps", training.steps());
    o.addProperty("micro_batches", training.microBatches());
    o.addProperty("evaluate_every", training.evaluateEvery());
    o.addProperty("evaluation_batches", training.evaluationBatches());
    o.add("schedule", training.schedule().json());
    o.add("optimizer", training.optimizer().json());
    JsonObject operator = new JsonObject();
    operator.addProperty("steps", options.operator().schedule().steps());
    operator.add("schedule", options.operator().schedule().json());
    operator.add("optimizer", options.operator().optimizer().json());
    operator.addProperty("dropout", options.operator().dropout());
    o.add("operator", operator);
    return o;
  }

  /**
   * Refuses held-out data that are trained on.
   *
   * @throws ComparisonException if both have files in common
   */
  static void requireApart(DataRequest training, DataRequest held) {
    for (Path t : training.paths()) {
      for (Path h : held.paths()) {
        Path a = real(t);
        Path b = real(h);
        if (a.startsWith(b) || b.startsWith(a)) {
          throw new ComparisonException(
              "the held-out data "
                  + h
                  + " and the data to train on, "
                  + t
                  + ", have files in common; hold others out.");
        }
      }
    }
  }

  private static Path real(Path path) {
    try {
      return path.toRealPath();
    } catch (IOException e) {
      return path.toAbsolutePath().normalize(); // what is not there is refused where it is read
    }
  }

  private static void requireEnough(
      BatchSource train, DataRequest data, ComparisonOptions options) {
    TrainingOptions training = options.training();
    long batches = Math.multiplyExact(training.steps(), (long) training.microBatches());
    double passes = (double) batches / train.batchesPerPass();
    if (passes > options.maxEpochs()) {
      throw new ComparisonException(
          String.format(
              Locale.ROOT,
              "the data %s are too short for %s: they are %s of %d, gone through %.0f"
                  + " times, more than %d; name more data or fewer steps, or allow more"
                  + " epochs.",
              data.paths(),
              Wording.count(training.steps(), "step"),
              train.batchesPerPass() == 1 ? "1 batch" : train.batchesPerPass() + " batches",
              data.batchSize(),
              passes,
              options.maxEpochs()),
          ComparisonException.Remedy.EPOCHS);
    }
  }

  private static JsonObject json(List<Path> paths, BatchSource batches) {
    JsonObject o = new JsonObject();
    JsonArray names = new JsonArray();
    paths.forEach(p -> names.add(p.getFileName().toString()));
    o.add("names", names);
    o.addProperty("batches", batches.batchesPerPass());
    o.addProperty("sha256_of_a_sample", BatchSample.sha256(batches, () -> {}));
    o.addProperty("sha256", batches.sha256(() -> {}));
    return o;
  }
}
