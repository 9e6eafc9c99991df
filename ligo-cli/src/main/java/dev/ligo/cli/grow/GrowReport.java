package dev.ligo.cli.grow;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import dev.ligo.cli.console.Escapes;
import dev.ligo.cli.console.Format;
import dev.ligo.cli.console.Report;
import dev.ligo.cli.console.Table;
import dev.ligo.cli.options.HyperparameterOptions;
import dev.ligo.core.Growth;
import dev.ligo.core.checkpoint.JsonValue;
import dev.ligo.core.growth.GrowthMethod;
import dev.ligo.core.growth.Preservation;
import dev.ligo.core.growth.learn.OperatorTraining;
import dev.ligo.core.model.Classification;
import dev.ligo.core.model.ModelSpec;
import dev.ligo.core.model.Sizes;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What a growth did, for people and for programs.
 *
 * @param report what the library says
 * @param method the method
 * @param told the notes that opening the source has told already
 * @param from the source
 * @param out the directory that was written
 * @param backend the backend, if one was needed
 * @param seconds the wall time
 */
record GrowReport(
    Growth.Report report,
    GrowthMethod method,
    List<String> told,
    Path from,
    Path out,
    Optional<String> backend,
    double seconds)
    implements Report {
  /** The keys of a config that hold its labels, which may be many. */
  private static final Set<String> LABELS = Set.of("id2label", "label2id");

  /** A key of the config with its values before and after. */
  private record Change(String key, JsonElement before, JsonElement after) {}

  private List<Change> changes() {
    ModelSpec<?> small = report.plan().small();
    // As it would be written: what is only spelled otherwise, or left out, has not changed.
    return changes("", small.resized(Sizes.SAME).json(), report.plan().large().json()).toList();
  }

  /** Returns what differs, also inside objects: there timm's configs have the sizes. */
  private static Stream<Change> changes(String prefix, JsonObject before, JsonObject after) {
    return after.entrySet().stream()
        .filter(e -> !LABELS.contains(e.getKey()))
        .flatMap(
            e -> {
              String name = prefix + e.getKey();
              JsonElement old =
                  Optional.ofNullable(before.get(e.getKey())).orElse(JsonNull.INSTANCE);
              if (e.getValue() instanceof JsonObject inner) {
                return changes(
                    name + ".", old instanceof JsonObject o ? o : new JsonObject(), inner);
              }
              boolean differs = e.getValue().isJsonPrimitive() && !e.getValue().equals(old);
              return differs ? Stream.of(new Change(name, old, e.getValue())) : Stream.empty();
            });
  }

  private static long parameters(ModelSpec<?> model) {
    return model.layout().size();
  }

  @Override
  public String text(int columns) {
    Table sizes = new Table(Table.Align.LEFT, Table.Align.RIGHT, Table.Align.RIGHT);
    sizes.row("", "source", "grown");
    changes().forEach(c -> sizes.row(c.key(), shown(c.before()), shown(c.after())));
    sizes.row(
        "parameters",
        Format.count(parameters(report.plan().small())),
        Format.count(parameters(report.plan().large())));
    StringBuilder text = new StringBuilder();
    report.notes().stream()
        .filter(n -> !told.contains(n))
        .forEach(n -> text.append("note: ").append(n).append(String.format(".%n")));
    text.append(
        String.format(
            "grew %s into %s by %s in %s%n%n%s%n",
            Escapes.line(from.toString()),
            Escapes.line(out.toString()),
            report.operator().method(),
            Format.seconds(seconds),
            sizes.text(columns)));
    text.append(String.format("%n%s%n", report.preservation()));
    report
        .preservation()
        .kept()
        .ifPresent(
            c ->
                text.append(
                    String.format(
                        "keep it: %s %s%n",
                        HyperparameterOptions.name(method.name(), c.hyperparameter()), c.value())));
    report.measured().ifPresent(m -> text.append(String.format("%s%n", m)));
    if (report.drift().isEmpty() && isInDoubt(report.preservation())) {
      text.append(String.format("how far: grow with --measure-drift --data PATH%n"));
    }
    report
        .learning()
        .ifPresent(l -> text.append(String.format("%n%s%n", learning(l).text(columns))));
    if (!report.carried().isEmpty()) {
      text.append(String.format("%ncarried over: %s%n", String.join(", ", report.carried())));
    }
    text.append(
        String.format(
            "%nnext: ligo %s --out DIR", String.format(next(), Escapes.line(out.toString()))));
    return text.append(summary()).toString();
  }

  /** Returns all in one line, to be copied. */
  private String summary() {
    StringBuilder line = new StringBuilder();
    report
        .learning()
        .ifPresent(
            l ->
                line.append(", operator's loss ")
                    .append(Format.metric(first(l)))
                    .append(" -> ")
                    .append(Format.metric(last(l)))
                    .append(" in ")
                    .append(Format.count(l.losses().size(), "step")));
    report.drift().ifPresent(d -> line.append(", drift ").append(Format.metric(d)));
    return String.format(
        "%n%nsummary: %s, by %s, %s -> %s%s, %s",
        Escapes.line(String.valueOf(out.getFileName())),
        report.operator().method(),
        Format.count(parameters(report.plan().small())),
        Format.count(parameters(report.plan().large()), "parameter"),
        line,
        Format.seconds(seconds));
  }

  private static String shown(JsonElement value) {
    return value.isJsonNull() ? "not set" : JsonValue.shown(value);
  }

  private static boolean isInDoubt(Preservation claim) {
    return claim.degree() == Preservation.Degree.CHANGED || claim.rounding().isPresent();
  }

  /** Returns what trains the grown model's head: another task than the pretraining's is fitted. */
  private String next() {
    ModelSpec<?> large = report.plan().large();
    boolean fitted =
        !large.heads().isEmpty()
            && large.heads().stream()
                .allMatch(
                    h -> h instanceof Classification<?> && !h.name().equals(large.pretraining()));
    return fitted
        ? "finetune --from %s --data PATH"
        : "pretrain --from %s --data PATH --steps N"
            + method.strategy().map(name -> " --strategy " + name).orElse("");
  }

  private static Table learning(OperatorTraining.Result l) {
    Table table = new Table(Table.Align.LEFT, Table.Align.LEFT);
    table.row("operator", Format.count(l.scalars()) + " learned numbers");
    table.row(
        "training loss",
        Format.metric(first(l))
            + " at step 1, "
            + Format.metric(last(l))
            + " at step "
            + l.losses().size());
    table.row("factors moved", Format.percent(l.movement()));
    table.row("cost", Format.quantity(l.flops(), "FLOP") + " in " + Format.seconds(l.seconds()));
    return table;
  }

  private static double first(OperatorTraining.Result l) {
    return l.losses().get(0);
  }

  private static double last(OperatorTraining.Result l) {
    return l.losses().get(l.losses().size() - 1);
  }

  @Override
  public JsonObject json() {
    JsonObject root = new JsonObject();
    root.addProperty("from", from.toString());
    root.addProperty("out", out.toString());
    root.addProperty("method", report.operator().method());
    root.addProperty("backend", backend.orElse(null));
    JsonObject source = new JsonObject();
    JsonObject grown = new JsonObject();
    for (Change c : changes()) {
      source.add(c.key(), c.before());
      grown.add(c.key(), c.after());
    }
    source.addProperty("parameters", parameters(report.plan().small()));
    grown.addProperty("parameters", parameters(report.plan().large()));
    root.add("source", source);
    root.add("grown", grown);
    JsonObject preservation = new JsonObject();
    preservation.addProperty(
        "degree", report.preservation().degree().name().toLowerCase(Locale.ROOT));
    preservation.addProperty("reason", report.preservation().reason());
    report
        .preservation()
        .rounding()
        .ifPresent(d -> preservation.addProperty("rounding", d.configName()));
    report.drift().ifPresent(d -> preservation.addProperty("measured_drift", d));
    root.add("preservation", preservation);
    JsonArray dtypes = new JsonArray();
    report.dtypes().forEach(d -> dtypes.add(d.configName()));
    root.add("dtypes", dtypes);
    report.recipe().ifPresent(r -> root.addProperty("recipe", r.of(from.toString()).yaml()));
    report.learning().ifPresent(l -> root.add("learning", json(l)));
    JsonArray notes = new JsonArray();
    report.notes().forEach(notes::add);
    root.add("notes", notes);
    JsonArray carried = new JsonArray();
    report.carried().forEach(carried::add);
    root.add("carried", carried);
    root.addProperty("seconds", seconds);
    return root;
  }

  private static JsonObject json(OperatorTraining.Result l) {
    JsonObject o = new JsonObject();
    o.addProperty("steps", l.losses().size());
    o.addProperty("scalars", l.scalars());
    o.addProperty("first_loss", first(l));
    o.addProperty("last_loss", last(l));
    o.addProperty("factor_movement", l.movement());
    o.addProperty("flops", l.flops());
    o.addProperty("seconds", l.seconds());
    return o;
  }
}
