package dev.ligo.core;

import com.google.gson.JsonObject;
import dev.ligo.api.TensorSpec;
import dev.ligo.core.checkpoint.CheckpointException;
import dev.ligo.core.checkpoint.HuggingFaceDirectory;
import dev.ligo.core.data.Augmentation;
import dev.ligo.core.data.BatchSource;
import dev.ligo.core.data.DataRequest;
import dev.ligo.core.io.Hashes;
import dev.ligo.core.model.TaskModel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * What a model is trained on.
 *
 * @param batches makes the batches
 * @param specs the dtypes and shapes of a batch's arrays
 * @param description what must be equal for a run to be continued, by words for it
 * @param names the names of the files and directories, none of batches in memory
 */
record TrainingData(
    Supplier<BatchSource> batches,
    Map<String, TensorSpec> specs,
    JsonObject description,
    List<String> names) {
  /** What stands beside a tokenizer and tells of its class and its special tokens. */
  private static final List<String> BESIDE_TOKENIZER =
      List.of("tokenizer_config.json", "special_tokens_map.json");

  /** The keys of a model's config that do so, too; the others are of the model. */
  private static final Pattern TOKENIZER_KEYS =
      Pattern.compile("model_type|tokenizer_class|.+_token_id");

  /** Returns batches in memory. */
  static TrainingData of(BatchSource batches) {
    Map<String, TensorSpec> specs = new TreeMap<>();
    batches.batch(0).forEach((n, a) -> specs.put(n, a.spec()));
    JsonObject o = new JsonObject();
    o.addProperty("batch", specs.toString());
    o.addProperty("number of batches", batches.batchesPerPass());
    return new TrainingData(() -> batches, specs, o, List.of());
  }

  /** Returns batches that a task makes of some data. */
  static TrainingData of(TaskModel<?> model, DataRequest request, Supplier<BatchSource> batches) {
    JsonObject o = new JsonObject();
    o.addProperty("batch size", request.batchSize());
    o.addProperty("sequence length", request.sequenceLength());
    o.addProperty("data seed", request.seed());
    if (model.spec().longestSequence().isEmpty()) {
      o.addProperty("augmentation", Augmentation.names(request.augmentations()));
    } else {
      o.addProperty("documents", request.documents().toString());
      o.addProperty("tokenizer", tokenizer(request.tokenizer()));
    }
    Map<String, TensorSpec> specs = model.batchSpecs(request.batchSize(), request.sequenceLength());
    return new TrainingData(batches, specs, o, names(request));
  }

  /** Returns the names of the files and directories of a request. */
  static List<String> names(DataRequest request) {
    return request.paths().stream().map(p -> String.valueOf(p.getFileName())).toList();
  }

  /** Returns the SHA-256 of the files that say what the tokens are, as far as they are there. */
  private static String tokenizer(Path location) {
    MessageDigest digest = Hashes.sha256();
    Path tokenizer = Files.isDirectory(location) ? location.resolve(Ligo.TOKENIZER) : location;
    List<Path> files = new ArrayList<>(List.of(tokenizer));
    BESIDE_TOKENIZER.forEach(name -> files.add(tokenizer.resolveSibling(name)));
    for (Path file : files) {
      try {
        Hashes.update(digest, file, () -> {});
      } catch (IOException e) {
        digest.update((byte) 0); // it is not there, or who opens the data says what is wrong
      }
    }
    digest.update(keys(tokenizer.resolveSibling("config.json")).getBytes(StandardCharsets.UTF_8));
    return Hashes.hex(digest);
  }

  /** Returns what a model's config says of the tokenizer. */
  private static String keys(Path config) {
    if (!Files.isRegularFile(config)) {
      return "";
    }
    JsonObject said = new JsonObject();
    try {
      HuggingFaceDirectory.readConfig(config).entrySet().stream()
          .filter(e -> TOKENIZER_KEYS.matcher(e.getKey()).matches())
          .sorted(Map.Entry.comparingByKey())
          .forEach(e -> said.add(e.getKey(), e.getValue()));
      return said.toString();
    } catch (CheckpointException e) {
      return ""; // who opens the data says what is wrong
    }
  }
}
