package dev.ligo.core;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.ligo.core.checkpoint.HuggingFaceDirectory;
import dev.ligo.core.data.DataPath;
import dev.ligo.core.model.ModelSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * Where the values that a training begins with come from.
 *
 * @param name the name of the directory, if they are of one
 * @param others the files that are copied beside the model, by the names of the copies
 * @param beside JSON files that are written beside it, by name
 * @param flops the operations that led to the values, if known
 * @param sha256 gives the SHA-256 of the weights, if they are of files
 * @param lineage the growths and trainings that led to the values, see {@link #lineage}
 * @param card what the source's card says that holds for what is trained, too
 * @param growth how the values were grown, if they were, before they were trained
 */
record Provenance(
    Optional<String> name,
    Map<String, Path> others,
    Map<String, JsonObject> beside,
    OptionalDouble flops,
    Supplier<Optional<String>> sha256,
    JsonArray lineage,
    SourceCard card,
    Optional<JsonObject> growth) {
  /** The key of the name of the directory that a training begins with. */
  static final String NAME = "source_name";

  /** The key of the growths and trainings before the last. */
  private static final String LINEAGE = "lineage";

  /** Returns the provenance of a checkpoint. */
  static Provenance of(Checkpoint checkpoint) {
    HuggingFaceDirectory directory = checkpoint.directory();
    Optional<JsonObject> growth = directory.record(GrowthRecord.FILE);
    Map<String, Path> others = new TreeMap<>(checkpoint.otherFiles());
    growth.ifPresent(
        g -> others.put(GrowthRecord.FILE, directory.path().resolve(GrowthRecord.FILE)));
    return new Provenance(
        Optional.of(GrowthRecord.source(checkpoint)),
        others,
        Map.of(),
        checkpoint.trainingFlops(),
        () -> Optional.of(checkpoint.sha256()),
        lineage(directory),
        SourceCard.of(directory),
        growth);
  }

  /**
   * Returns the provenance of values that are drawn at random.
   *
   * @throws dev.ligo.core.data.DataException if a tokenizer among the files cannot be read, or
   *     gives other ids beside the model
   */
  static Provenance scratch(ModelSpec<?> model, Map<String, Path> others) {
    Map<String, JsonObject> beside = new TreeMap<>();
    Path tokenizer = others.get(Ligo.TOKENIZER);
    if (tokenizer != null) {
      DataPath.requireThere("reading the tokenizer ", tokenizer);
      beside.putAll(model.besideTokenizer(tokenizer));
      beside.keySet().removeAll(others.keySet());
    }
    return new Provenance(
        Optional.empty(),
        others,
        beside,
        OptionalDouble.of(0),
        Optional::empty,
        new JsonArray(),
        SourceCard.NONE,
        Optional.empty());
  }

  /** Returns the provenance of values of which nothing is known. */
  static Provenance unknown() {
    return new Provenance(
        Optional.empty(),
        Map.of(),
        Map.of(),
        OptionalDouble.empty(),
        Optional::empty,
        new JsonArray(),
        SourceCard.NONE,
        Optional.empty());
  }

  /** Returns the same of a source that is called otherwise. */
  Provenance named(String source) {
    return new Provenance(
        Optional.of(source), others, beside, flops, sha256, lineage, card, growth);
  }

  /** Returns the names of the files that stand beside the model. */
  Set<String> carried() {
    Set<String> names = new TreeSet<>(others.keySet());
    names.addAll(beside.keySet());
    return Collections.unmodifiableSet(names);
  }

  /** Notes the lineage in a record that is written. */
  static void note(JsonObject record, JsonArray lineage) {
    if (!lineage.isEmpty()) {
      record.add(LINEAGE, lineage);
    }
  }

  /**
   * Returns the growths and trainings that led to a checkpoint, as ligo wrote them down, the oldest
   * first: objects with {@code step}, {@code grown} or {@code trained}, and what tells it from
   * others.
   */
  static JsonArray lineage(HuggingFaceDirectory directory) {
    Optional<JsonObject> trained = directory.record(Checkpoint.TRAINING);
    Optional<JsonObject> grown = directory.record(GrowthRecord.FILE);
    JsonArray steps = new JsonArray();
    trained.or(() -> grown).ifPresent(r -> steps.addAll(earlier(r)));
    if (trained.isPresent()) {
      steps.add(trained(trained.get()));
    } else {
      grown.ifPresent(r -> steps.add(grown(r)));
    }
    return steps;
  }

  /** Returns a training as a step of a lineage. */
  static JsonObject trained(JsonObject record) {
    return step("trained", record, "task", NAME, "number_of_steps", "sha256");
  }

  /** Returns a growth as a step of a lineage. */
  static JsonObject grown(JsonObject record) {
    return step("grown", record, "method", "source", "source_sizes", "sizes", "sha256");
  }

  private static JsonArray earlier(JsonObject record) {
    return record.get(LINEAGE) instanceof JsonArray steps ? steps.deepCopy() : new JsonArray();
  }

  private static JsonObject step(String what, JsonObject record, String... keys) {
    JsonObject step = new JsonObject();
    step.addProperty("step", what);
    for (String key : keys) {
      JsonElement value = record.get(key);
      if (value != null) {
        step.add(key, value.deepCopy());
      }
    }
    return step;
  }

  /** Returns a lineage in lines, the oldest step first. */
  static List<String> lines(JsonArray lineage) {
    List<String> lines = new ArrayList<>();
    for (JsonElement e : lineage) {
      JsonObject step = e instanceof JsonObject o ? o : new JsonObject();
      lines.add(
          text(step, "step").equals("grown")
              ? "grown by "
                  + text(step, "method")
                  + " from "
                  + text(step, "source")
                  + parameters(step)
              : "trained on "
                  + text(step, "task")
                  + (step.has(NAME) ? " from " + text(step, NAME) : "")
                  + ", "
                  + text(step, "number_of_steps")
                  + " steps");
    }
    return lines;
  }

  private static String parameters(JsonObject step) {
    return step.get("source_sizes") instanceof JsonObject from
            && step.get("sizes") instanceof JsonObject to
            && from.get("parameters") instanceof JsonPrimitive before
            && to.get("parameters") instanceof JsonPrimitive after
            && before.isNumber()
            && after.isNumber()
        ? String.format(
            Locale.ROOT, ", %,.0f to %,.0f parameters", before.getAsDouble(), after.getAsDouble())
        : "";
  }

  private static String text(JsonObject step, String key) {
    JsonElement value = step.get(key);
    return value != null && value.isJsonPrimitive() ? value.getAsString() : "?";
  }
}
