package dev.ligo.cli;

import com.google.gson.JsonObject;
import dev.ligo.api.DType;
import dev.ligo.core.CheckpointWriter;
import dev.ligo.core.Ligo;
import dev.ligo.core.checkpoint.FileDType;
import dev.ligo.core.checkpoint.HuggingFaceDirectory;
import dev.ligo.core.model.Dialect;
import dev.ligo.core.model.ModelSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A BERT of 2 layers × 8 with the demo's vocabulary, and text for it. */
public final class TinyBert {
  private static final Path DEMO = Path.of("src/main/resources/dev/ligo/cli/demo");

  /** The tokenizer of the model. */
  public static final Path TOKENIZER = DEMO.resolve("tokenizer.json");

  private TinyBert() {}

  /** Returns the config: two heads, 16 positions, no dropout. */
  public static JsonObject config() {
    JsonObject config = HuggingFaceDirectory.readConfig(DEMO.resolve("config.json"));
    config.addProperty("num_hidden_layers", 2);
    config.addProperty("hidden_size", 8);
    config.addProperty("intermediate_size", 16);
    config.addProperty("max_position_embeddings", 16);
    config.addProperty("hidden_dropout_prob", 0);
    config.addProperty("attention_probs_dropout_prob", 0);
    return config;
  }

  /** Writes a checkpoint with a masked-language-model head and its tokenizer. */
  public static Path checkpoint(Path destination) {
    return checkpoint(destination, config(), true);
  }

  /** Writes the encoder of a config with random values, with a head or without. */
  public static Path checkpoint(Path destination, JsonObject config, boolean head) {
    return checkpoint(destination, config, head ? List.of("masked-lm") : List.of());
  }

  /** Writes the model of a config of any family with random values and heads. */
  public static Path checkpoint(Path destination, JsonObject config, List<String> heads) {
    ModelSpec<?> model = Ligo.create().model(config);
    for (String head : heads) {
      model = model.withHead(head);
    }
    try (CheckpointWriter writer =
        CheckpointWriter.create(
            destination, model, Dialect.CANONICAL, name -> FileDType.F32, Map.of())) {
      model.initialValues(DType.FLOAT32, 1).forEach(writer::write);
      writer.finish(Map.of("tokenizer.json", TOKENIZER), "", Map.of());
    }
    return destination;
  }

  /** Writes a text of some hundred words. */
  public static Path text(Path file) {
    return write(file, "The whale rose, and the ship turned slowly into the wind. ".repeat(60));
  }

  /** Writes a file. */
  public static Path write(Path file, String content) {
    try {
      return Files.writeString(file, content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the names in a directory, hidden ones too. */
  public static List<String> names(Path directory) {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.map(p -> p.getFileName().toString()).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
