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
  /**
   * Copies the paths and the augmentations.
   *
   * @param paths files and directories of data
   * @param tokenizer the directory with the tokenizer's files (the checkpoint), or such a file
   *     itself
   * @param cache the directory for what is prepared once, such as files of token ids
   * @param batchSize the number of examples in a batch
   * @param sequenceLength the number of tokens in an example
   * @param seed what masks and orders are drawn from
   * @param shuffle whether examples are drawn in another order each pass (training), or come in one
   *     order (evaluation)
   * @param progress told how far the preparation is
   * @param columns which columns of a table of labelled texts are read
   * @param augmentations how images are varied in training; of no effect on text
   * @param documents what ends a document of a text; of no effect on images
   */
  public DataRequest {
    paths = List.copyOf(paths);
    augmentations = Set.copyOf(augmentations);
  }

  /**
   * Creates a request that finds the columns of tables by their usual names, varies images in every
   * way there is and ends documents as {@link Documents#DEFAULT} says.
   *
   * @param paths files and directories
   * @param tokenizer the file or directory with the tokenizer
   * @param cache where prepared data is kept
   * @param batchSize the number of examples in a batch
   * @param sequenceLength the number of tokens in an example
   * @param seed what random numbers are drawn from
   * @param shuffle whether the order is drawn from the seed
   * @param progress hears of what takes long
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

  /**
   * {@return this request with other columns}
   *
   * @param other which columns hold texts and labels
   */
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

  /**
   * {@return this request with other augmentations}
   *
   * @param others what is done to images
   */
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

  /**
   * {@return a request for data to evaluate on, all else as in this one}
   *
   * @param held the data to evaluate on
   */
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
   * {@return a request for training data: shuffled, with seed 0, prepared files in the system's
   * directory for temporary files, and silent}
   *
   * @param paths files and directories
   * @param tokenizer the file or directory with the tokenizer
   * @param batchSize the number of examples in a batch
   * @param sequenceLength the number of tokens in an example
   */
  public static DataRequest training(
      List<Path> paths, Path tokenizer, int batchSize, int sequenceLength) {
    Path cache = Path.of(System.getProperty("java.io.tmpdir"), "ligo-cache");
    return new DataRequest(
        paths, tokenizer, cache, batchSize, sequenceLength, 0, true, ProgressListener.SILENT);
  }
}
