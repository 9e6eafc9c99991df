package dev.ligo.core;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.ligo.api.LigoException;
import dev.ligo.core.checkpoint.HubCache;
import dev.ligo.core.checkpoint.JsonValue;
import dev.ligo.core.growth.GrowthOperator;
import dev.ligo.core.growth.Origins;
import dev.ligo.core.model.ModelSpec;
import java.io.File;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** How a checkpoint was grown, for its metadata, its {@code growth.json} and its model card. */
final class GrowthRecord {
  /** The file that says how a checkpoint was grown. */
  static final String FILE = "growth.json";

  /**
   * What the names of the source's files stand behind where the weights' files have their hashes.
   */
  private static final String SOURCE_SHA256 = "ligo.source.sha256.";

  private final Growth.Report report;
  private final Checkpoint small;
  private final Map<String, String> metadata;

  /**
   * Describes a growth.
   *
   * @param metadata what the weights' files carry, see {@link #metadata}
   */
  GrowthRecord(Growth.Report report, Checkpoint small, Map<String, String> metadata) {
    this.report = report;
    this.small = small;
    this.metadata = metadata;
  }

  /**
   * Returns what the weights' files carry. It reads the source's files to the end.
   *
   * @param check called now and then; it ends the reading by an exception
   */
  static Map<String, String> metadata(GrowthOperator operator, Checkpoint small, Runnable check) {
    Map<String, String> m = new TreeMap<>();
    m.put("ligo.method", operator.method());
    m.put("ligo.seed", Long.toString(operator.seed()));
    m.put("ligo.version", Version.get());
    m.put("ligo.source", source(small));
    small.directory().sha256(check).forEach((f, h) -> m.put(SOURCE_SHA256 + f, h));
    return m;
  }

  /** Returns the name by which records call the source: that on the hub, or of its directory. */
  static String source(Checkpoint small) {
    return HubCache.nameOf(small.path())
        .orElseGet(() -> small.path().toAbsolutePath().normalize().getFileName().toString());
  }

  /**
   * Returns what a recipe calls the source: its name on the hub, or its path as it was given, by
   * which the recipe finds it again. Where a machine keeps it is nobody else's business: an
   * absolute path is its last name.
   */
  static String recipeModel(Checkpoint small) {
    Path path = small.path();
    return path.isAbsolute() || HubCache.nameOf(path).isPresent()
        ? source(small)
        : path.toString().replace(File.separatorChar, '/');
  }

  /** Returns the JSON files by name. */
  Map<String, JsonObject> files() {
    JsonObject o = new JsonObject();
    JsonObject hashes = new JsonObject();
    metadata.forEach(
        (key, value) -> {
          if (key.startsWith(SOURCE_SHA256)) {
            hashes.addProperty(key.substring(SOURCE_SHA256.length()), value);
          } else {
            o.addProperty(key.substring("ligo.".length()), value);
          }
        });
    o.add("source_sha256", hashes);
    o.addProperty("seed", report.operator().seed());
    o.addProperty("preservation", report.preservation().degree().name().toLowerCase(Locale.ROOT));
    o.addProperty("preservation_reason", report.preservation().reason());
    o.addProperty("claim", report.preservation().toString());
    report.drift().ifPresent(d -> o.addProperty("measured_drift", d));
    report.measured().ifPresent(m -> o.addProperty("measured", m));
    JsonArray dtypes = new JsonArray();
    report.dtypes().forEach(d -> dtypes.add(d.configName()));
    o.add("dtypes", dtypes);
    o.add("source_sizes", sizes(report.plan().small()));
    o.add("sizes", sizes(report.plan().large()));
    o.add("changed", changed(report.plan().small().json(), report.plan().large().json()));
    OriginsJson.add(Origins.of(report.operator()), o);
    report.recipe().ifPresent(r -> o.addProperty("recipe", r.yaml()));
    report
        .learning()
        .ifPresent(
            r -> {
              JsonObject l = new JsonObject();
              l.addProperty("steps", r.losses().size());
              l.addProperty("learned_scalars", r.scalars());
              l.addProperty("flops", r.flops());
              l.addProperty("factor_movement", r.movement());
              JsonArray losses = new JsonArray();
              r.losses().forEach(losses::add);
              l.add("losses", losses);
              o.add("learning", l);
            });
    Provenance.note(o, Provenance.lineage(small.directory()));
    JsonArray notes = new JsonArray();
    report.notes().forEach(notes::add);
    o.add("notes", notes);
    double learned = report.learning().map(r -> (double) r.flops()).orElse(0.0);
    small
        .trainingFlops()
        .ifPresent(before -> o.addProperty(Checkpoint.TOTAL_FLOPS, before + learned));
    return Map.of(FILE, o);
  }

  private static JsonObject sizes(ModelSpec<?> model) {
    JsonObject o = new JsonObject();
    model.layout().stacks().forEach((n, layers) -> o.addProperty(n, layers));
    model.layout().axes().forEach((n, a) -> o.addProperty(n, a.size()));
    o.addProperty("parameters", model.layout().size());
    return o;
  }

  /** Returns the keys of the config that changed, each with its values before and after. */
  private static JsonObject changed(JsonObject from, JsonObject to) {
    JsonObject changed = new JsonObject();
    for (var e : from.entrySet()) {
      JsonElement grown = to.get(e.getKey());
      if (e.getValue().isJsonPrimitive() && grown != null && !e.getValue().equals(grown)) {
        JsonArray both = new JsonArray();
        both.add(e.getValue());
        both.add(grown);
        changed.add(e.getKey(), both);
      }
    }
    return changed;
  }

  /** Returns the model card. */
  String card() {
    ModelSpec<?> to = report.plan().large();
    ModelCard card =
        new ModelCard(to, source(small) + ", grown")
            .source(SourceCard.of(small.directory()))
            .merged(report.recipe().isPresent())
            .tag(GrowthSection.TAG)
            .tag(report.operator().method())
            .paragraph(
                "A "
                    + to.architecture().name()
                    + " of "
                    + ModelCard.parameters(to)
                    + " parameters, grown with ligo. It is meant to be trained further.");
    JsonObject record = files().get(FILE);
    new GrowthSection(JsonValue.of(record, LigoException::new))
        .paragraphs()
        .forEach(card::paragraph);
    return card.lineage(Provenance.lineage(small.directory()), Provenance.grown(record)).text();
  }
}
