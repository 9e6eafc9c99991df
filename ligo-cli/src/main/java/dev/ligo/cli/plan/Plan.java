package dev.ligo.cli.plan;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.ligo.api.LigoException;
import dev.ligo.cli.console.Format;
import dev.ligo.cli.console.Report;
import dev.ligo.cli.console.Table;
import dev.ligo.core.io.Durability;
import dev.ligo.core.model.ModelShape;
import dev.ligo.core.model.ModelSpec;
import dev.ligo.core.plan.Forecast;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What to do with a budget, for people and for programs.
 *
 * @param budget what training from scratch would take
 * @param ways the ways of growing, the most saving first
 * @param notes what the figures rest on
 * @param rules what each rule says
 * @param commands the commands that do it
 */
record Plan(
    Budget budget, List<Way> ways, List<String> notes, PlanRules rules, List<String> commands)
    implements Report {
  /** The file for programs. */
  static final String FILE = "plan.json";

  /** The file for a shell. */
  static final String SCRIPT = "commands.sh";

  private static final int FORMAT = 1;

  /** Returns the way to take, if growing is expected to pay, and to save a whole step. */
  static Optional<Way> chosen(Budget budget, List<Way> ways) {
    return ways.stream()
        .findFirst()
        .filter(w -> w.proposal().verdict() != Forecast.Verdict.SCRATCH)
        .filter(w -> w.saves(budget));
  }

  private Forecast.Verdict verdict() {
    return chosen(budget, ways).map(w -> w.proposal().verdict()).orElse(Forecast.Verdict.SCRATCH);
  }

  /**
   * Writes the plan, the config of the small model, and the commands.
   *
   * @param directory a directory that is there, and empty
   */
  void write(Path directory) {
    try {
      Durability.replace(directory.resolve(FILE), pretty(json()));
      Durability.replace(directory.resolve(SCRIPT), script());
      Optional<Way> chosen = chosen(budget, ways);
      if (chosen.isPresent()) {
        Durability.replace(
            directory.resolve(PlanCommands.SMALL_CONFIG),
            pretty(chosen.get().model().model().json()));
      }
    } catch (IOException e) {
      throw new LigoException("writing the plan: " + LigoException.reason(e) + ".", e);
    }
  }

  private String script() {
    return "#!/bin/sh\n# What ligo planned; to be run where ligo plan was.\nset -e\n"
        + String.join("\n", commands)
        + "\n";
  }

  private static String pretty(JsonObject json) {
    return new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create().toJson(json) + "\n";
  }

  @Override
  public String text(int columns) {
    List<String> parts = new ArrayList<>();
    parts.add(headline());
    parts.add("");
    Table table = new Table(Table.Align.LEFT, Table.Align.LEFT);
    table.row("from scratch", size(ModelShape.of(budget.large()), budget.large()));
    table.row(
        "",
        Format.count(budget.steps(), "step")
            + ", "
            + Format.quantity(Math.round(budget.flops()), "FLOP"));
    chosen(budget, ways).ifPresent(way -> rows(table, way));
    parts.add(table.text(columns));
    List<Way> others = ways.subList(chosen(budget, ways).isPresent() ? 1 : 0, ways.size());
    if (!others.isEmpty()) {
      parts.add("");
      parts.add("other small models:");
      parts.add(table(others).text(columns));
    }
    parts.add("");
    parts.add("other rules:");
    Table said = new Table(Table.Align.LEFT);
    rules.lines().forEach(said::row);
    parts.add(said.text(columns));
    parts.add("");
    notes.forEach(n -> parts.add("note: " + n));
    parts.add("");
    parts.add(String.join(" && \\" + System.lineSeparator() + "  ", commands));
    return String.join(System.lineSeparator(), parts);
  }

  private Table table(List<Way> others) {
    Table table = new Table(Table.Align.LEFT, Table.Align.LEFT, Table.Align.LEFT, Table.Align.LEFT);
    for (Way way : others) {
      table.row(
          way.model().shape().text(),
          "for " + Format.count(way.steps(budget), "step"),
          "by " + way.proposal().method(),
          "net saving " + net(way));
    }
    return table;
  }

  private String headline() {
    Optional<Way> best = ways.stream().findFirst();
    if (best.filter(w -> w.proposal().verdict() != Forecast.Verdict.SCRATCH).isPresent()
        && chosen(budget, ways).isEmpty()) {
      return "do not grow: "
          + Format.count(budget.steps(), "step")
          + (budget.steps() == 1 ? " is" : " are")
          + " too few for one to be saved";
    }
    return switch (verdict()) {
      case GROW -> "grow: it should pay";
      case UNSURE -> "grow, but it is not certain to pay: " + range(best.orElseThrow());
      case SCRATCH ->
          best.filter(w -> w.proposal().net().mean() + w.proposal().net().deviation() > 0)
              .map(w -> "do not grow, though it is not certain not to pay: " + range(w))
              .orElse("do not grow: nothing that was measured says that it would pay");
    };
  }

  private static String size(ModelShape shape, ModelSpec<?> model) {
    return shape.text()
        + " ("
        + ModelShape.LEGEND
        + "), "
        + Format.count(Budget.parameters(model), "parameter");
  }

  private void rows(Table table, Way way) {
    table.row("small model", size(way.model().shape(), way.model().model()));
    table.row(
        "train it for",
        Format.count(way.steps(budget), "step")
            + ", "
            + Format.percent(way.share())
            + " of the compute from scratch");
    table.row("grow it by", way.proposal().method());
    table.row(
        "train on for",
        Format.count(way.reached(budget), "step")
            + " of a schedule over "
            + Format.count(budget.steps())
            + "; there scratch's final loss is expected");
    table.row("net saving", net(way) + " of the compute from scratch, one standard deviation");
    if (!way.proposal().isMeasured()) {
      table.row("", "not measured here, but carried over: see the notes");
    }
  }

  /** Returns what is expected, where that is a loss or a saving. */
  private static String range(Way way) {
    double mean = way.proposal().net().mean();
    double deviation = way.proposal().net().deviation();
    return String.format(
        Locale.ROOT,
        "between a loss of %.0f %% and a saving of %.0f %% is expected",
        100 * (deviation - mean),
        100 * (mean + deviation));
  }

  private static String net(Way way) {
    return String.format(
        Locale.ROOT,
        "%.0f ± %.0f %%",
        100 * way.proposal().net().mean(),
        100 * way.proposal().net().deviation());
  }

  @Override
  public JsonObject json() {
    JsonObject o = new JsonObject();
    o.addProperty("format", FORMAT);
    o.addProperty("verdict", word(verdict()));
    o.addProperty("family", budget.large().architecture().name());
    o.addProperty("parameters", Budget.parameters(budget.large()));
    o.addProperty("steps", budget.steps());
    o.addProperty("flops", budget.flops());
    JsonArray all = new JsonArray();
    ways.forEach(w -> all.add(json(w)));
    o.add("ways", all);
    o.add("rules", rules.json());
    o.add("notes", array(notes));
    o.add("commands", array(commands));
    return o;
  }

  private JsonObject json(Way way) {
    JsonObject o = new JsonObject();
    o.addProperty("smaller_in", way.model().kind().word());
    way.model().shape().layers().ifPresent(n -> o.addProperty("layers", n));
    way.model().shape().hidden().ifPresent(n -> o.addProperty("hidden", n));
    o.addProperty("parameters", Budget.parameters(way.model().model()));
    o.addProperty("method", way.proposal().method());
    o.addProperty("steps", way.steps(budget));
    o.addProperty("cost", way.share());
    o.addProperty("reached_after", way.reached(budget));
    JsonObject net = new JsonObject();
    net.addProperty("mean", way.proposal().net().mean());
    net.addProperty("std", way.proposal().net().deviation());
    net.addProperty("measured_here", way.proposal().isMeasured());
    o.add("net_saving", net);
    o.addProperty("verdict", word(way.proposal().verdict()));
    o.addProperty("rests_on", word(way.proposal().basis()));
    return o;
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private static JsonArray array(List<String> texts) {
    JsonArray array = new JsonArray();
    texts.forEach(array::add);
    return array;
  }
}
