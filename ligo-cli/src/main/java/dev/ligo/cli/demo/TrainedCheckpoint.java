package dev.ligo.cli.demo;

import dev.ligo.api.HostArray;
import dev.ligo.cli.console.Format;
import dev.ligo.core.Checkpoint;
import dev.ligo.core.CheckpointWriter;
import dev.ligo.core.ModelCard;
import dev.ligo.core.checkpoint.FileDType;
import dev.ligo.core.comparison.Curve;
import dev.ligo.core.model.ModelSpec;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;

/**
 * The grown model after its training.
 *
 * @param model the model
 * @param end the last point of its curve
 */
record TrainedCheckpoint(ModelSpec<?> model, Curve.Point end) {
  /**
   * Writes it to a new directory.
   *
   * @param values the parameters
   * @param small the checkpoint that it was grown from, whose tokenizer it takes
   */
  void write(SortedMap<String, HostArray> values, Checkpoint small, Path destination) {
    Map<String, String> metadata = Map.of("ligo.trained", end.step() + " steps");
    try (CheckpointWriter writer =
        CheckpointWriter.create(
            destination, model, small.dialect(), n -> FileDType.F32, metadata)) {
      values.forEach(writer::write);
      writer.finish(small.otherFiles(), card(), Map.of());
    }
  }

  private String card() {
    return new ModelCard(model, "ligo demo: grown, then trained")
        .tag("model-growth")
        .paragraph(
            String.format(
                Locale.ROOT,
                """
                The checkpoint `grown` beside this one after %s training steps in `ligo demo`.
                Validation loss: %s nats per masked token. It is small and was trained for minutes,
                to show how growing works; it is of no other use.\
                """,
                Format.count(end.step()),
                Format.metric(end.loss())))
        .text();
  }
}
