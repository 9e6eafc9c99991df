package dev.ligo.core.data;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * What a task is asked to make batches from.
 *
 * @param paths files and directories of data
 * @param tokenizer the directory with the tokenizer's files (the checkpoint), or such a file itself
 * @param cache the directory for what is prepared once, such as files of token ids
 * @param batchSize the number of examples in a batch
 * @param sequenceLength the number of tokens in an example
 * @param seed what masks and orders are drawn from
 * @param shuffle whether examples are drawn in another order each pass (training), or come in one
 *     order (evaluation)
 * @param progress told how far the preparation is
 * @param columns which columns of a table of labelled texts are read
 * @param augmentations how images are varied in training; of no effect on text
 * @param documents what divides unlabelled text into documents
 */
public record DataRequest(
    List<Path> paths,
    Path tokenizer,
    Path cache,
    int batchSize,
    int sequenceLength,
    long seed,
    boolean shuffle,
    ProgressListener progress,
    Columns columns,
    Set<Augmentation> augmentations,
    Documents documents) {
  /** Copies the paths and the augmentations. */
  public DataRequest {
    paths = List.copyOf(paths);
    augmentations = Set.copyOf(augmentations);
  }

  /**
   * Creates a request that finds the columns of tables by their usual names, varies images in every
   * way there is and ends documents as {@link Documents#DEFAULT} says.
   */
  public DataRequest(
      List<Path> paths,
      Path tokenizer,
      Path cache,
      int batchSize,
      int sequenceLength,
      long seed,
      boolean shuffle,
      ProgressListener progress) {
    this(
        paths,
        tokenizer,
        cache,
        batchSize,
        sequenceLength,
        seed,
        shuffle,
        progress,
        Columns.USUAL,
        Augmentation.ALL,
        Documents.DEFAULT);
  }

  /** Returns this request with other columns. */
  public DataRequest withColumns(Columns other) {
    return new DataRequest(
        paths,
        tokenizer,
        cache,
        batchSize,
        sequenceLength,
        seed,
        shuffle,
        progress,
        other,
        augmentations,
        documents);
  }

  /** Returns this request with other augmentations. */
  public DataRequest withAugmentations(Set<Augmentation> others) {
    return new DataRequest(
        paths,
        tokenizer,
        cache,
        batchSize,
        sequenceLength,
        seed,
        shuffle,
        progress,
        columns,
        others,
        documents);
  }

  /** Returns this request with text divided into documents in another way. */
  public DataRequest withDocuments(Documents other) {
    return new DataRequest(
        paths,
        tokenizer,
        cache,
        batchSize,
        sequenceLength,
        seed,
        shuffle,
        progress,
        columns,
        augmentations,
        other);
  }

  /** Returns a request for data to evaluate on, all else as in this one. */
  public DataRequest toEvaluate(List<Path> held) {
    return new DataRequest(
        held,
        tokenizer,
        cache,
        batchSize,
        sequenceLength,
        seed,
        false,
        progress,
        columns,
        augmentations,
        documents);
  }

  /**
   * Returns a request for training data: shuffled, with seed 0, prepared files in the system's
   * directory for temporary files, and silent.
   */
  public static DataRequest training(
      List<Path> paths, Path tokenizer, int batchSize, int sequenceLength) {
    Path cache = Path.of(System.getProperty("java.io.tmpdir"), "ligo-cache");
    return new DataRequest(
        paths, tokenizer, cache, batchSize, sequenceLength, 0, true, ProgressListener.SILENT);
  }
}
