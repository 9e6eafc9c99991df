package dev.ligo.core;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.ligo.api.LigoException;
import dev.ligo.api.Wording;
import dev.ligo.core.checkpoint.JsonValue;
import dev.ligo.core.growth.Origins;
import dev.ligo.core.model.MetricText;
import dev.ligo.core.model.Task;
import dev.ligo.core.model.TaskModel;
import dev.ligo.core.train.RunIdentity;
import dev.ligo.core.train.TrainingDirectory;
import dev.ligo.core.train.TrainingOptions;
import dev.ligo.core.train.TrainingStrategy;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a model was trained, for its {@code training.json}, its model card and the picture in it.
 *
 * @param model the model and its task
 * @param provenance where the values came from
 * @param origins where the layers and entries come from
 * @param description what the run is, by words for it
 * @param options how long and by which rule it was trained
 * @param strategies how its steps differed from plain ones
 * @param data the names of the data
 * @param held the names of the held-out data
 * @param stepsPerEpoch the steps that go once through the data
 * @param written the number of steps done in the state that is written
 * @param flops the operations of the run
 * @param best the metric by which the best of its models is known
 * @param changes what changed while it was interrupted
 * @param metrics the lines of its metrics
 */
record TrainingRecord(
    TaskModel<?> model,
    Provenance provenance,
    Origins origins,
    JsonObject description,
    TrainingOptions options,
    List<TrainingStrategy> strategies,
    List<String> data,
    List<String> held,
    double stepsPerEpoch,
    long written,
    double flops,
    BestMetric best,
    JsonArray changes,
    List<JsonObject> metrics) {
  private static final Logger LOGGER = LoggerFactory.getLogger(TrainingRecord.class);

  private static final Gson PRINTER =
      new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().serializeNulls().create();

  /** The key of which model is kept, in the description of a run that does not keep its last. */
  static final String KEPT = "kept model";

  /** The key of the share of the data that is held out, where no other data is evaluated on. */
  static final String HELD_OUT_SHARE = "held-out share";

  private static final String CURVE = "training.svg";

  /** What stands in the description as text, and in the record otherwise. */
  private static final Set<String> RENDERED =
      Set.of(
          "model",
          "schedule",
          "optimizer",
          "strategies",
          KEPT,
          RunIdentity.DATA,
          RunIdentity.HELD_OUT);

  /** Returns what {@code training.json} holds. */
  JsonObject json() {
    JsonObject o = new JsonObject();
    JsonObject versions = new JsonObject();
    versions.addProperty("ligo", Version.get());
    versions.addProperty("java", Runtime.version().toString());
    o.add("versions", versions);
    o.addProperty("task", model.name());
    provenance.name().ifPresent(n -> o.addProperty(Provenance.NAME, n));
    description.entrySet().stream()
        .filter(e -> !RENDERED.contains(e.getKey()))
        .forEach(e -> o.add(e.getKey().replace(' ', '_').replace('-', '_'), e.getValue()));
    o.add("data", data(data, RunIdentity.DATA));
    if (description.has(RunIdentity.HELD_OUT)) {
      o.add("held_out_data", data(held, RunIdentity.HELD_OUT));
    }
    JsonObject schedule = options.schedule().json();
    if (options.schedule().steps() != options.steps()) {
      schedule.addProperty("number_of_steps", options.schedule().steps());
    }
    o.add("schedule", schedule);
    o.add("optimizer", options.optimizer().json());
    if (isChosen()) {
      o.addProperty("step_of_the_weights", written);
      o.addProperty("metric_of_the_weights", best.name());
    }
    if (!strategies.isEmpty()) {
      JsonArray all = new JsonArray();
      strategies.forEach(s -> all.add(json(s)));
      o.add("strategies", all);
    }
    if (!changes.isEmpty()) {
      o.add("changes", changes);
    }
    OriginsJson.add(origins, o);
    Provenance.note(o, provenance.lineage());
    o.addProperty("flops", flops);
    provenance.flops().ifPresent(before -> o.addProperty(Checkpoint.TOTAL_FLOPS, before + flops));
    return o;
  }

  private static JsonObject json(TrainingStrategy strategy) {
    JsonObject o = new JsonObject();
    o.addProperty("name", strategy.name());
    o.add("hyperparameters", strategy.values().json());
    return o;
  }

  private JsonObject data(List<String> names, String hash) {
    JsonObject o = new JsonObject();
    o.add("names", array(names));
    o.add("sha256", description.get(hash));
    return o;
  }

  private static JsonArray array(Collection<String> texts) {
    JsonArray array = new JsonArray();
    texts.forEach(array::add);
    return array;
  }

  /** Returns other files that tell of the run, by name. */
  Map<String, String> texts() {
    Map<String, String> texts = new TreeMap<>();
    LossCurve curve = new LossCurve(metrics);
    if (!curve.isEmpty()) {
      texts.put(CURVE, curve.svg());
    }
    JsonElement size = description.get("batch size");
    TrainerState state =
        new TrainerState(
            options, stepsPerEpoch, size == null ? 0 : size.getAsInt(), flops, best, metrics);
    texts.put(TrainerState.FILE, PRINTER.toJson(state.json()) + "\n");
    return texts;
  }

  /** Returns the model card. */
  String card(String title) {
    ModelCard card =
        new ModelCard(model.spec(), title)
            .source(provenance.card())
            .paragraph(
                String.format(
                    Locale.ROOT,
                    "A %s of %s parameters, trained with ligo on the task `%s` for %s.",
                    model.spec().architecture().name(),
                    ModelCard.parameters(model.spec()),
                    model.name(),
                    Wording.count(options.steps(), "step")))
            .paragraph("## Training")
            .paragraph(settings());
    measured().ifPresent(card::paragraph);
    if (texts().containsKey(CURVE)) {
      card.paragraph("![Loss against steps](" + CURVE + ")");
    }
    card.paragraph(
        "Seeds, versions and hashes of the data are in `training.json`, the metrics in"
            + " `metrics.jsonl`.");
    provenance.growth().ifPresent(growth -> tell(card, growth));
    return card.lineage(provenance.lineage(), Provenance.trained(json())).text();
  }

  /** Adds how the model was grown, as far as the record of it can be understood. */
  private static void tell(ModelCard card, JsonObject growth) {
    try {
      GrowthSection section = new GrowthSection(JsonValue.of(growth, LigoException::new));
      List<String> paragraphs = section.paragraphs();
      card.tag(GrowthSection.TAG).tag(section.method()).merged(growth.has("recipe"));
      paragraphs.forEach(card::paragraph);
    } catch (LigoException e) {
      LOGGER.warn(
          "{} is damaged, and the model card leaves it out: {}.",
          GrowthRecord.FILE,
          e.getMessage());
    }
  }

  private String settings() {
    StringBuilder s = new StringBuilder("| | |\n| --- | --- |");
    row(s, "source", provenance.name().map(n -> "`" + n + "`").orElse("from scratch"));
    if (!data.isEmpty()) {
      row(s, "data", String.join(", ", data));
    }
    if (!held.isEmpty()) {
      String share =
          description.has(HELD_OUT_SHARE)
              ? Wording.number(100 * description.get(HELD_OUT_SHARE).getAsDouble())
                  + " % of the examples, held out of "
              : "";
      row(s, "evaluated on", share + String.join(", ", held));
    }
    for (String key : List.of("batch size", "sequence length", "seed")) {
      JsonElement value = description.get(key);
      if (value != null) {
        row(s, key, value.getAsString());
      }
    }
    if (options.microBatches() > 1) {
      row(s, "gradient accumulation", options.microBatches() + " batches a step");
    }
    row(s, "schedule", options.schedule().toString());
    row(s, "optimizer", options.optimizer().toString());
    if (!strategies.isEmpty()) {
      row(
          s,
          "strategies",
          String.join(", ", strategies.stream().map(TrainingStrategy::described).toList()));
    }
    if (isChosen()) {
      row(s, "step of the weights", written + ", " + best);
    }
    row(s, "computed on", description.get(RunIdentity.BACKEND).getAsString());
    return s.toString();
  }

  private static void row(StringBuilder s, String name, String value) {
    s.append("\n| ").append(name).append(" | ").append(value.replace("|", "\\|")).append(" |");
  }

  /** Whether the model was chosen among those that were evaluated. */
  private boolean isChosen() {
    return description.has(KEPT);
  }

  /** Returns the first and the last of each metric, and that of the model which is written. */
  private Optional<String> measured() {
    StringBuilder s =
        new StringBuilder("| | first | last |")
            .append(isChosen() ? " best, step " + written + " |" : "")
            .append("\n| --- | --- | --- |")
            .append(isChosen() ? " --- |" : "");
    int before = s.length();
    measured(s, "loss", "training loss");
    Stream.concat(
            Stream.of(BestMetric.LOSS.key()),
            metrics.stream().flatMap(line -> line.keySet().stream()))
        .filter(key -> key.startsWith(TrainingDirectory.EVALUATED))
        .distinct()
        .filter(key -> !key.equals(TrainingDirectory.EVALUATED + Task.SCORED))
        .forEach(
            key ->
                measured(
                    s, key, "evaluation " + key.substring(TrainingDirectory.EVALUATED.length())));
    return s.length() == before ? Optional.empty() : Optional.of(s.toString());
  }

  /** Adds a metric's row to a table. */
  private void measured(StringBuilder s, String key, String name) {
    List<JsonObject> lines = metrics.stream().filter(o -> o.has(key)).toList();
    if (lines.isEmpty()) {
      return;
    }
    Function<JsonObject, String> cell =
        o -> " " + MetricText.value(key, o.get(key).getAsDouble()) + " |";
    s.append("\n| ").append(MetricText.name(name)).append(" |");
    // Where nothing was measured before the end, there is nothing to compare with.
    s.append(lines.size() == 1 && !key.equals("loss") ? " |" : cell.apply(lines.get(0)));
    s.append(cell.apply(lines.get(lines.size() - 1)));
    if (isChosen()) {
      s.append(
          lines.stream()
              .filter(o -> o.get("step").getAsLong() == written)
              .findFirst()
              .map(cell)
              .orElse(" |"));
    }
  }
}
