package dev.ligo.core;

import dev.ligo.api.Wording;
import dev.ligo.core.checkpoint.FileDType;
import dev.ligo.core.model.Dialect;
import dev.ligo.core.model.ModelSpec;
import dev.ligo.core.train.Moments;
import dev.ligo.core.train.Trainer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;

/**
 * A trained model as it is written: its weights, and beside them what tells of the training and
 * what goes with the source.
 *
 * @param record how the model was trained
 * @param dialect the layout of the weights
 * @param dtype what the weights are stored as
 * @param keepsMoments whether the optimizer's state is written, too
 */
record TrainedCheckpoint(
    TrainingRecord record, Dialect dialect, FileDType dtype, boolean keepsMoments) {
  /**
   * Writes the checkpoint.
   *
   * @param destination the directory, new or empty
   * @param title the title of the model card
   * @param trainer has the model
   * @param texts files that tell of the training, by name
   * @param files files that are copied, by the names of the copies
   */
  void write(
      Path destination,
      String title,
      Trainer trainer,
      Map<String, String> texts,
      Map<String, Path> files) {
    ModelSpec<?> model = record.model().spec();
    Map<String, String> metadata =
        Map.of(
            "ligo.trained",
            record.model().name() + ", " + Wording.count(record.options().steps(), "step"));
    try (CheckpointWriter writer =
        CheckpointWriter.create(destination, model, dialect, n -> dtype, metadata)) {
      trainer.currentValues().forEach(writer::write);
      if (keepsMoments) {
        Moments last = trainer.currentMoments();
        writer.moments(model.layout().shapes(), last.ages()).all(last);
      }
      texts.forEach(writer::text);
      if (!record.metrics().isEmpty()) {
        writer.bytes(EventFile.BESIDE, EventFile.of(record.metrics(), Instant.now()));
      }
      record.provenance().beside().forEach(writer::json);
      writer.finish(files, record.card(title), Map.of(Checkpoint.TRAINING, record.json()));
    }
  }
}
