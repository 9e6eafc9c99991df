package dev.ligo.core;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.ligo.core.checkpoint.CheckpointException;
import dev.ligo.core.growth.GrowthOperator;
import dev.ligo.core.growth.LayerOrigins;
import dev.ligo.core.growth.learn.OperatorTraining;
import dev.ligo.core.model.ModelSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** How a checkpoint was grown, for its metadata, its {@code growth.json} and its model card. */
final class GrowthRecord {
  /** The file that says how a checkpoint was grown. */
  static final String FILE = "growth.json";

  /** Where the layers of each stack come from, in this file and in the record of training. */
  static final String LAYERS = "layers";

  private final Growth.Report report;
  private final Checkpoint small;

  GrowthRecord(Growth.Report report, Checkpoint small) {
    this.report = report;
    this.small = small;
  }

  /** Returns what the weights' files carry. */
  static Map<String, String> metadata(GrowthOperator operator, Checkpoint small) {
    Map<String, String> m = new TreeMap<>();
    m.put("ligo.method", operator.method());
    m.put("ligo.seed", Long.toString(operator.seed()));
    m.put("ligo.version", Version.get());
    m.put("ligo.source", small.path().toAbsolutePath().normalize().getFileName().toString());
    small.directory().sha256().forEach((f, h) -> m.put("ligo.source.sha256." + f, h));
    return m;
  }

  /** Returns the JSON files by name. */
  Map<String, JsonObject> files() {
    JsonObject o = new JsonObject();
    metadata(report.operator(), small)
        .forEach((k, v) -> o.addProperty(k.substring("ligo.".length()), v));
    o.addProperty("preservation", report.preservation().degree().name().toLowerCase(Locale.ROOT));
    o.addProperty("preservation_reason", report.preservation().reason());
    report.drift().ifPresent(d -> o.addProperty("measured_drift", d));
    o.add("source_sizes", sizes(report.plan().small()));
    o.add("sizes", sizes(report.plan().large()));
    o.add(LAYERS, layers(LayerOrigins.of(report.operator())));
    report
        .learning()
        .ifPresent(
            r -> {
              JsonObject l = new JsonObject();
              l.addProperty("steps", r.losses().size());
              l.addProperty("learned_scalars", r.operator().scalars());
              l.addProperty("flops", r.flops());
              l.addProperty("factor_movement", r.movement());
              JsonArray losses = new JsonArray();
              r.losses().forEach(losses::add);
              l.add("losses", losses);
              o.add("learning", l);
            });
    JsonArray notes = new JsonArray();
    report.notes().forEach(notes::add);
    o.add("notes", notes);
    double learned = report.learning().map(r -> (double) r.flops()).orElse(0.0);
    small
        .trainingFlops()
        .ifPresent(before -> o.addProperty(Checkpoint.TOTAL_FLOPS, before + learned));
    return Map.of(FILE, o);
  }

  /** Returns the origins of layers: by stack the sources of all, and which of them are inserted. */
  static JsonObject layers(Map<String, LayerOrigins> origins) {
    JsonObject stacks = new JsonObject();
    new TreeMap<>(origins)
        .forEach(
            (name, of) -> {
              JsonArray sources = new JsonArray();
              of.sources()
                  .forEach(
                      s ->
                          sources.add(
                              s.isPresent() ? new JsonPrimitive(s.getAsInt()) : JsonNull.INSTANCE));
              JsonArray inserted = new JsonArray();
              of.inserted().forEach(inserted::add);
              JsonObject stack = new JsonObject();
              stack.add("sources", sources);
              stack.add("inserted", inserted);
              stacks.add(name, stack);
            });
    return stacks;
  }

  /**
   * Reads what {@link #layers(Map)} wrote.
   *
   * @throws CheckpointException if it is something else
   */
  static Map<String, LayerOrigins> layers(JsonObject record, Path checkpoint) {
    Map<String, LayerOrigins> origins = new TreeMap<>();
    try {
      for (Map.Entry<String, JsonElement> e : record.getAsJsonObject(LAYERS).entrySet()) {
        JsonObject stack = e.getValue().getAsJsonObject();
        List<OptionalInt> sources = new ArrayList<>();
        for (JsonElement s : stack.getAsJsonArray("sources")) {
          sources.add(s.isJsonNull() ? OptionalInt.empty() : OptionalInt.of(s.getAsInt()));
        }
        Set<Integer> inserted = new TreeSet<>();
        stack.getAsJsonArray("inserted").forEach(l -> inserted.add(l.getAsInt()));
        origins.put(e.getKey(), new LayerOrigins(sources, inserted));
      }
      return origins;
    } catch (RuntimeException e) {
      throw new CheckpointException(
          checkpoint, "has a record of growing or training whose 'layers' cannot be read.", e);
    }
  }

  private static JsonObject sizes(ModelSpec<?> model) {
    JsonObject o = new JsonObject();
    model.layout().stacks().forEach((n, layers) -> o.addProperty(n, layers));
    model.layout().axes().forEach((n, a) -> o.addProperty(n, a.size()));
    o.addProperty("parameters", model.layout().size());
    return o;
  }

  /** Returns the library in whose layout a config is: timm's has no {@code model_type}. */
  static String library(ModelSpec<?> model) {
    return model.json().has("model_type") ? "transformers" : "timm";
  }

  /** Returns the model card, with the front matter that the Hugging Face hub reads. */
  String card() {
    ModelSpec<?> from = report.plan().small();
    ModelSpec<?> to = report.plan().large();
    String source = small.path().toAbsolutePath().normalize().getFileName().toString();
    StringBuilder s = new StringBuilder();
    s.append("---\nlibrary_name: ")
        .append(library(to))
        .append("\ntags:\n- ligo\n- model-growth\n- ")
        .append(to.architecture().name())
        .append("\n---\n\n# ")
        .append(source)
        .append(", grown\n\nA ")
        .append(to.architecture().name())
        .append(" of ")
        .append(millions(to))
        .append(" parameters, grown with ligo from `")
        .append(source)
        .append("` (")
        .append(millions(from))
        .append(") by the method `")
        .append(report.operator().method())
        .append(
            "`. It is meant to be trained further.\n\n| | source | grown |\n| --- | --- | --- |\n");
    from.json()
        .entrySet()
        .forEach(
            e -> {
              JsonElement grown = to.json().get(e.getKey());
              if (e.getValue().isJsonPrimitive() && !e.getValue().equals(grown)) {
                s.append("| ")
                    .append(e.getKey())
                    .append(" | ")
                    .append(e.getValue())
                    .append(" | ")
                    .append(grown)
                    .append(" |\n");
              }
            });
    report.learning().ifPresent(r -> s.append(learning(r)));
    List<String> notes = report.notes();
    notes.forEach(n -> s.append("\nNote: ").append(n).append(".\n"));
    s.append(
        "\nThe licence is the source's. Seed, versions and hashes of the inputs are in `growth.json`.\n");
    return s.toString();
  }

  private static String learning(OperatorTraining.Result r) {
    return String.format(
        Locale.ROOT,
        "\nThe operator was learned in %d steps: the training loss went from %.3f to %.3f, the factors moved by %.1f %%.\n",
        r.losses().size(),
        r.losses().get(0),
        r.losses().get(r.losses().size() - 1),
        100 * r.movement());
  }

  private static String millions(ModelSpec<?> model) {
    return String.format(Locale.ROOT, "%.1f million", model.layout().size() / 1e6);
  }
}
