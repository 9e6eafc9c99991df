package dev.ligo.cli;

import dev.ligo.core.data.DataRequest;
import dev.ligo.core.data.ProgressListener;
import dev.ligo.core.model.Model;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options that say how text becomes batches. */
final class BatchChoice {
  /** The length of examples for which a model has room, as a rule. */
  static final int SEQUENCE_LENGTH = 128;

  @Option(
      names = "--batch-size",
      paramLabel = "N",
      defaultValue = "16",
      converter = Values.Count.class,
      description = "The number of examples in a batch. Default: ${DEFAULT-VALUE}")
  int batchSize;

  @Option(
      names = "--sequence-length",
      paramLabel = "N",
      converter = Values.Count.class,
      description = {
        "The number of tokens in an example.",
        "Default: " + SEQUENCE_LENGTH + ", or what the model has room for if that is less"
      })
  Optional<Integer> sequenceLength = Optional.empty();

  /** Returns the number of tokens in an example for a model. */
  int sequenceLength(Model<?> model) {
    return sequenceLength.orElseGet(() -> defaultSequenceLength(model));
  }

  /** Returns the number of tokens in an example where none is named. */
  static int defaultSequenceLength(Model<?> model) {
    return Math.min(SEQUENCE_LENGTH, model.longestSequence().orElse(SEQUENCE_LENGTH));
  }

  /** Returns what is asked of a task to train on. */
  DataRequest training(
      List<Path> text, Path tokenizer, Model<?> model, long seed, ProgressListener progress) {
    return request(text, tokenizer, model, seed, true, progress);
  }

  /** Returns what is asked of a task to evaluate on: the same examples each time. */
  DataRequest evaluation(
      List<Path> text, Path tokenizer, Model<?> model, long seed, ProgressListener progress) {
    return request(text, tokenizer, model, seed, false, progress);
  }

  private DataRequest request(
      List<Path> text,
      Path tokenizer,
      Model<?> model,
      long seed,
      boolean shuffle,
      ProgressListener progress) {
    return new DataRequest(
        text,
        tokenizer,
        CacheDirectory.ofProcess(),
        batchSize,
        sequenceLength(model),
        seed,
        shuffle,
        progress);
  }
}
