package dev.ligo.core.data;

import java.nio.file.Path;
import java.util.List;

/**
 * What a task is asked to make batches from.
 *
 * @param paths files and directories of data
 * @param tokenizer the directory with the tokenizer's files (the checkpoint), or such a file itself
 * @param cache the directory for what is prepared once, such as files of token ids
 * @param batchSize the number of examples in a batch
 * @param sequenceLength the number of tokens in an example
 * @param seed what masks and orders are drawn from
 * @param shuffle whether examples are drawn in another order each pass (training), or in the order
 *     of the data (evaluation)
 * @param progress told how far the preparation is
 */
public record DataRequest(
    List<Path> paths,
    Path tokenizer,
    Path cache,
    int batchSize,
    int sequenceLength,
    long seed,
    boolean shuffle,
    ProgressListener progress) {
  /** Copies the paths. */
  public DataRequest {
    paths = List.copyOf(paths);
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
