package dev.ligo.cli.options;

import dev.ligo.core.data.DataException;
import dev.ligo.core.data.DataPath;
import dev.ligo.core.data.DataRequest;
import dev.ligo.core.data.Documents;
import dev.ligo.core.data.ProgressListener;
import dev.ligo.core.model.ConfigException;
import dev.ligo.core.model.ModelSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The options that say how data becomes batches. */
public class BatchChoice {
  /** The length of examples for which a model has room, as a rule. */
  public static final int SEQUENCE_LENGTH = DataRequest.SEQUENCE_LENGTH;

  @Option(
      names = "--batch-size",
      paramLabel = "N",
      defaultValue = "" + DataRequest.BATCH_SIZE,
      converter = Values.Count.class,
      description = "The number of examples in a batch. Default: ${DEFAULT-VALUE}")
  public int batchSize;

  @Option(
      names = "--sequence-length",
      paramLabel = "N",
      converter = Values.Count.class,
      description = {
        "The number of tokens in an example of text.",
        "Default: " + SEQUENCE_LENGTH + ", or what the model has room for if that is less"
      })
  Optional<Integer> sequenceLength = Optional.empty();

  @Option(
      names = "--documents",
      paramLabel = "HOW",
      converter = DocumentsConverter.class,
      description = {
        "What ends a document of unlabelled text, after which an end-of-text token or separator"
            + " stands: blank-line, since many corpora keep articles in one file with blank lines"
            + " between them, or file, where blank lines are text, as the Python recipes that"
            + " concatenate files have it. Perplexities by the two are not comparable.",
        "Default: blank-line"
      })
  Optional<Documents> documents = Optional.empty();

  /** Reads what ends a document. */
  public static final class DocumentsConverter implements ITypeConverter<Documents> {
    @Override
    public Documents convert(String text) {
      try {
        return Documents.named(text);
      } catch (DataException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }

  /**
   * Refuses a choice of documents where each text is an example by itself.
   *
   * @throws ConfigException if there is one
   */
  public final void refuseDocuments() {
    if (documents.isPresent()) {
      throw new ConfigException(
          "each labelled text is an example by itself; leave --documents out.");
    }
  }

  /**
   * Returns the number of tokens in an example for a model, 1 for one whose examples are no
   * sequences of tokens.
   *
   * @throws ConfigException if a length is named for such a model
   */
  public final int sequenceLength(ModelSpec<?> model) {
    if (sequenceLength.isPresent() && model.longestSequence().isEmpty()) {
      throw new ConfigException(
          "a " + model.architecture().name() + " reads no tokens; leave --sequence-length out.");
    }
    return sequenceLength.orElseGet(() -> defaultSequenceLength(model));
  }

  /** Returns the number of tokens in an example where none is named. */
  public static int defaultSequenceLength(ModelSpec<?> model) {
    return Math.min(SEQUENCE_LENGTH, model.longestSequence().orElse(1));
  }

  /** Returns what is counted of a model's examples. */
  public static String unit(ModelSpec<?> model) {
    return model.longestSequence().isPresent() ? "tokens" : "examples";
  }

  /** Returns what is asked of a task to evaluate on: the same examples each time. */
  public final DataRequest evaluation(
      List<Path> text, Path tokenizer, ModelSpec<?> model, long seed, ProgressListener progress) {
    return request(text, tokenizer, model, seed, false, progress);
  }

  /** Returns what is asked of a task. */
  public final DataRequest request(
      List<Path> text,
      Path tokenizer,
      ModelSpec<?> model,
      long seed,
      boolean shuffle,
      ProgressListener progress) {
    if (documents.isPresent() && model.longestSequence().isEmpty()) {
      throw new ConfigException(
          "a " + model.architecture().name() + " reads no text; leave --documents out.");
    }
    DataRequest.Builder request =
        DataRequest.of(text, tokenizer)
            .cache(CacheDirectory.ofProcess())
            .batchSize(batchSize)
            .sequenceLength(sequenceLength(model))
            .seed(seed)
            .shuffle(shuffle)
            .listener(progress);
    documents.ifPresent(request::documents);
    DataRequest built = request.build();
    // Before a backend is opened, which takes seconds.
    built.requireThere();
    if (model.longestSequence().isPresent()) {
      DataPath.requireThere("reading the tokenizer ", tokenizer);
    }
    return built;
  }
}
