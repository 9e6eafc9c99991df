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
 * @param progress follows the preparation
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
  /** The number of examples in a batch where none is named. */
  public static final int BATCH_SIZE = 16;

  /** The number of tokens in an example where none is named. */
  public static final int SEQUENCE_LENGTH = 128;

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
   * @param progress follows the preparation
   * @param columns which columns of a table of labelled texts are read
   * @param augmentations how images are varied in training; of no effect on text
   * @param documents what divides unlabelled text into documents
   */
  public DataRequest {
    paths = List.copyOf(paths);
    augmentations = Set.copyOf(augmentations);
  }

  /**
   * Creates a request that finds the columns of tables by their common names and varies images in
   * every way there is.
   *
   * @param paths files and directories
   * @param tokenizer the file or directory with the tokenizer
   * @param cache where prepared data is kept
   * @param batchSize the number of examples in a batch
   * @param sequenceLength the number of tokens in an example
   * @param seed what random numbers are drawn from
   * @param shuffle whether the order is drawn from the seed
   * @param progress follows the work, and may cancel it
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
        Columns.DEFAULT,
        Augmentation.ALL,
        Documents.DEFAULT);
  }

  /**
   * {@return a builder that begins with the defaults: training data in another order each pass,
   * {@value #BATCH_SIZE} examples in a batch, {@value #SEQUENCE_LENGTH} tokens in an example, seed
   * 0, prepared files in the system's directory for temporary files, and no listener}
   *
   * @param paths files and directories
   * @param tokenizer the directory with the tokenizer's files (the checkpoint), or such a file
   */
  public static Builder of(List<Path> paths, Path tokenizer) {
    return new Builder(paths, tokenizer);
  }

  /**
   * {@return a request for training data, with the defaults of {@link #of}}
   *
   * @param paths files and directories
   * @param tokenizer the file or directory with the tokenizer
   * @param batchSize the number of examples in a batch
   * @param sequenceLength the number of tokens in an example
   */
  public static DataRequest training(
      List<Path> paths, Path tokenizer, int batchSize, int sequenceLength) {
    return of(paths, tokenizer).batchSize(batchSize).sequenceLength(sequenceLength).build();
  }

  /**
   * Refuses paths of the data that lead nowhere, or to what is no file or directory. Readers do so,
   * too; this is for whoever does long work before.
   *
   * @throws DataException if one does
   */
  public void requireThere() {
    paths.forEach(p -> DataPath.requireThere("reading data from ", p));
  }

  private Builder toBuilder(List<Path> others) {
    return of(others, tokenizer)
        .cache(cache)
        .batchSize(batchSize)
        .sequenceLength(sequenceLength)
        .seed(seed)
        .shuffle(shuffle)
        .listener(progress)
        .columns(columns)
        .augmentations(augmentations)
        .documents(documents);
  }

  /**
   * {@return this request with other columns}
   *
   * @param other which columns hold texts and labels
   */
  public DataRequest withColumns(Columns other) {
    return toBuilder(paths).columns(other).build();
  }

  /**
   * {@return this request with other augmentations}
   *
   * @param others the ways in which images are varied
   */
  public DataRequest withAugmentations(Set<Augmentation> others) {
    return toBuilder(paths).augmentations(others).build();
  }

  /**
   * {@return this request with text divided into documents in another way}
   *
   * @param other what ends a document
   */
  public DataRequest withDocuments(Documents other) {
    return toBuilder(paths).documents(other).build();
  }

  /**
   * {@return a request for data to evaluate on, all else as in this one}
   *
   * @param held the data to evaluate on
   */
  public DataRequest toEvaluate(List<Path> held) {
    return toBuilder(held).shuffle(false).build();
  }

  /** Collects what is asked for by its names. */
  public static final class Builder {
    private final List<Path> paths;
    private final Path tokenizer;
    private Path cache = Path.of(System.getProperty("java.io.tmpdir"), "ligo-cache");
    private int batchSize = BATCH_SIZE;
    private int sequenceLength = SEQUENCE_LENGTH;
    private long seed;
    private boolean shuffle = true;
    private ProgressListener listener = ProgressListener.SILENT;
    private Columns columns = Columns.DEFAULT;
    private Set<Augmentation> augmentations = Augmentation.ALL;
    private Documents documents = Documents.DEFAULT;

    private Builder(List<Path> paths, Path tokenizer) {
      this.paths = List.copyOf(paths);
      this.tokenizer = tokenizer;
    }

    /**
     * Sets the directory for what is prepared once.
     *
     * @param directory the directory
     * @return this builder
     */
    public Builder cache(Path directory) {
      this.cache = directory;
      return this;
    }

    /**
     * Sets the number of examples in a batch.
     *
     * @param count the number of examples
     * @return this builder
     */
    public Builder batchSize(int count) {
      this.batchSize = count;
      return this;
    }

    /**
     * Sets the number of tokens in an example.
     *
     * @param count the number of tokens
     * @return this builder
     */
    public Builder sequenceLength(int count) {
      this.sequenceLength = count;
      return this;
    }

    /**
     * Sets what masks and orders are drawn from.
     *
     * @param from the seed
     * @return this builder
     */
    public Builder seed(long from) {
      this.seed = from;
      return this;
    }

    /**
     * Sets whether examples come in another order each pass.
     *
     * @param shuffled whether they do; evaluation keeps the order of the data
     * @return this builder
     */
    public Builder shuffle(boolean shuffled) {
      this.shuffle = shuffled;
      return this;
    }

    /**
     * Sets what follows the preparation.
     *
     * @param told follows the preparation, and may cancel it
     * @return this builder
     */
    public Builder listener(ProgressListener told) {
      this.listener = told;
      return this;
    }

    /**
     * Sets which columns of a table of labelled texts are read.
     *
     * @param read the columns of text and label
     * @return this builder
     */
    public Builder columns(Columns read) {
      this.columns = read;
      return this;
    }

    /**
     * Sets how images are varied in training.
     *
     * @param ways the ways
     * @return this builder
     */
    public Builder augmentations(Set<Augmentation> ways) {
      this.augmentations = Set.copyOf(ways);
      return this;
    }

    /**
     * Sets what divides unlabelled text into documents.
     *
     * @param division what ends a document
     * @return this builder
     */
    public Builder documents(Documents division) {
      this.documents = division;
      return this;
    }

    /** {@return the request} */
    public DataRequest build() {
      return new DataRequest(
          paths,
          tokenizer,
          cache,
          batchSize,
          sequenceLength,
          seed,
          shuffle,
          listener,
          columns,
          augmentations,
          documents);
    }
  }
}
