package dev.ligo.cli.options;

import com.google.gson.JsonObject;
import dev.ligo.core.data.Augmentation;
import dev.ligo.core.data.DataException;
import dev.ligo.core.data.DataRequest;
import dev.ligo.core.data.ProgressListener;
import dev.ligo.core.model.ConfigException;
import dev.ligo.core.model.ModelSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The options that say how data becomes batches to train on. */
public final class TrainingBatchChoice extends BatchChoice {
  @Option(
      names = "--augment",
      paramLabel = "WAYS",
      converter = Converter.class,
      description = {
        "How images are varied in training: crop (moved by up to an eighth), flip (every second one"
            + " mirrored), both joined by a comma, or none. No flip for digits and letters.",
        "Default: crop,flip"
      })
  Optional<Ways> augmentations = Optional.empty();

  /** The augmentations that the value of {@code --augment} names. */
  public record Ways(Set<Augmentation> all) {}

  /** Reads the names of augmentations. */
  public static final class Converter implements ITypeConverter<Ways> {
    @Override
    public Ways convert(String text) {
      try {
        return new Ways(Augmentation.named(text));
      } catch (DataException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }

  /** Returns what was given, by the names of the options without hyphens before them. */
  public JsonObject values() {
    JsonObject values = new JsonObject();
    values.addProperty("batch-size", batchSize);
    sequenceLength.ifPresent(n -> values.addProperty("sequence-length", n));
    documents.ifPresent(d -> values.addProperty("documents", d.toString()));
    augmentations.ifPresent(w -> values.addProperty("augment", Augmentation.names(w.all())));
    return values;
  }

  /**
   * Returns what is asked of a task to train on.
   *
   * @throws ConfigException if a way to vary images is named for a model that reads none
   */
  public DataRequest training(
      List<Path> data, Path tokenizer, ModelSpec<?> model, long seed, ProgressListener progress) {
    if (augmentations.isPresent() && model.longestSequence().isPresent()) {
      throw new ConfigException(
          "a " + model.architecture().name() + " reads no images; leave --augment out.");
    }
    DataRequest request = request(data, tokenizer, model, seed, true, progress);
    return augmentations.map(w -> request.withAugmentations(w.all())).orElse(request);
  }
}
