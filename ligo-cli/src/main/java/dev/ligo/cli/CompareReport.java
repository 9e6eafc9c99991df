package dev.ligo.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.ligo.cli.report.ComparisonReport;
import dev.ligo.cli.report.ComparisonReport.Grid;
import dev.ligo.cli.report.HtmlReport;
import dev.ligo.core.experiment.Candidate;
import dev.ligo.core.experiment.Curve;
import dev.ligo.core.experiment.Spread;
import dev.ligo.core.experiment.StudyResults;
import dev.ligo.core.experiment.StudyResults.Outcome;
import dev.ligo.core.experiment.StudyRun;
import dev.ligo.core.model.Model;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.DoubleFunction;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a comparison found out, for people and programs.
 *
 * @param results the numbers
 * @param small the model that was grown
 * @param large the model that it was grown to
 * @param stepFlops the floating-point operations of a training step
 * @param out where the results stand
 * @param command the command that was given
 */
record CompareReport(
    StudyResults results,
    Model<?> small,
    Model<?> large,
    double stepFlops,
    Path out,
    String command)
    implements Report {
  /** The file that a browser shows. */
  static final String PAGE = "report.html";

  private static final String NONE = "–";

  /** Savings that differ by less are equal. */
  private static final double EQUAL = 1e-6;

  /** The deviation of scratch's final losses, as a share of them, from which it is worth a word. */
  private static final double UNEVEN = 0.05;

  /** Returns the report as a page. */
  String page() {
    return HtmlReport.page(report());
  }

  @Override
  public JsonObject json() {
    return results.json();
  }

  @Override
  public String text() {
    String gap = System.lineSeparator() + System.lineSeparator();
    return System.lineSeparator()
        + title()
        + gap
        + CurveTables.text(summary())
        + gap
        + String.join(" ", findings())
        + gap
        + new Table(Table.Align.LEFT, Table.Align.LEFT)
            .row(out.resolve(PAGE).toString(), "the curves: open it in a browser")
            .row(out.resolve(StudyResults.FILE).toString(), "all numbers");
  }

  private ComparisonReport report() {
    return new ComparisonReport(
        title(),
        List.of(lead()),
        "validation loss (" + results.settings().get("task").getAsString() + ")",
        results.runs().stream().map(StudyRun::curve).toList(),
        budget(),
        List.of(new ComparisonReport.Level("scratch's final loss", target())),
        best().flatMap(this::saving).stream().toList(),
        summary(),
        findings(),
        limits(),
        evaluations(),
        settings(),
        List.of(command));
  }

  private String title() {
    return String.format(
        Locale.ROOT,
        "%s from %.1f to %.1f million parameters: %d ways to begin",
        results.family(),
        small.layout().size() / 1e6,
        large.layout().size() / 1e6,
        results.outcomes().size());
  }

  private String lead() {
    JsonObject settings = results.settings();
    long rises = settings.getAsJsonObject("schedule").get("warmup").getAsLong();
    long grown = settings.get("grown_warmup").getAsLong();
    return String.format(
        "Each way of beginning was trained with %s on the same data, in the same order and under"
            + " the same schedule of %s steps%s, %s.",
        results.seeds().size() == 1 ? "one seed" : results.seeds().size() + " seeds",
        Format.count(settings.get("steps").getAsLong()),
        rises == grown
            ? ""
            : ", whose rate rises over "
                + Format.count(rises)
                + " steps from scratch and over "
                + Format.count(grown)
                + " after growing",
        settings.get("to_the_end").getAsBoolean()
            ? "to its end"
            : "until its validation loss was that of the model from scratch at its end, at two"
                + " evaluations in a row");
  }

  private double budget() {
    return results.scratch().stream().mapToDouble(r -> r.last().flops()).max().orElse(0);
  }

  private double target() {
    return results.scratch().stream().mapToDouble(r -> r.last().loss()).average().orElse(0);
  }

  /** The one that saved most, of those that got there with every seed. */
  private Optional<Outcome> best() {
    return grown()
        .filter(o -> o.saving().isComplete() && o.runs().size() == results.seeds().size())
        .max(Comparator.comparingDouble(o -> o.saving().mean().orElseThrow()));
  }

  private Stream<Outcome> grown() {
    return results.outcomes().stream().filter(o -> !o.name().equals(Candidate.SCRATCH));
  }

  private Optional<ComparisonReport.Saving> saving(Outcome o) {
    double flops = o.flops().mean().orElseThrow();
    double whole = flops / (1 - o.saving().mean().orElseThrow());
    return Optional.of(
        new ComparisonReport.Saving(
            target(), flops, whole, o.name() + ": " + percent(o.saving()) + " less compute"));
  }

  private Grid summary() {
    List<List<String>> rows = new ArrayList<>();
    results
        .outcomes()
        .forEach(
            o ->
                rows.add(
                    List.of(
                        o.name(),
                        rate(o.learningRate()),
                        text(o.firstLoss(), Format::metric),
                        o.runs().stream().allMatch(this::isWhole)
                            ? text(o.lastLoss(), Format::metric)
                            : NONE,
                        percent(o.saving()),
                        percent(o.netSaving()),
                        percent(o.wallSaving()),
                        percent(o.growing()),
                        text(o.steps(), v -> Format.count(Math.round(v))),
                        text(o.flops(), CurveTables::flops),
                        text(o.seconds(), Format::seconds))));
    return new Grid(
        List.of(
            "method",
            "rate",
            "loss at start",
            "loss at end",
            "saving",
            "net saving",
            "wall saving",
            "growing / scratch",
            "steps",
            "compute",
            "time"),
        rows);
  }

  /** Returns whether a run made all its steps, and did not stop where it had reached its target. */
  private boolean isWhole(StudyRun r) {
    return r.last().step() == results.settings().get("steps").getAsLong();
  }

  /** Returns whether a figure differs from seed to seed. */
  private static boolean varies(Spread s) {
    return s.deviation().orElse(0) > 0;
  }

  /** A mean with the standard deviation over seeds, where they differ. */
  private static String text(Spread s, DoubleFunction<String> format) {
    if (s.mean().isEmpty()) {
      return NONE;
    }
    String mean = format.apply(s.mean().getAsDouble());
    return !varies(s) ? mean : mean + " ± " + format.apply(s.deviation().getAsDouble());
  }

  private static String percent(Spread s) {
    if (s.mean().isEmpty()) {
      return NONE;
    }
    String mean = String.format(Locale.ROOT, "%.1f", 100 * s.mean().getAsDouble());
    return !varies(s)
        ? mean + " %"
        : mean + String.format(Locale.ROOT, " ± %.1f %%", 100 * s.deviation().getAsDouble());
  }

  private List<String> findings() {
    List<String> lines = new ArrayList<>();
    best()
        .ifPresent(
            o ->
                lines.add(
                    o.name()
                        + " reached scratch's final loss with "
                        + percent(o.saving())
                        + " less compute"
                        + (grown().count() > 1 ? others(o) : ".")));
    grown()
        .filter(o -> !o.saving().isComplete())
        .collect(
            Collectors.groupingBy(
                CompareReport::missed,
                LinkedHashMap::new,
                Collectors.mapping(Outcome::name, Collectors.joining(", "))))
        .forEach((seeds, names) -> lines.add(names + " did not reach it with " + seeds + "."));
    results.runs().stream()
        .filter(r -> r.diverged().isPresent())
        .forEach(
            r ->
                lines.add(
                    r.candidate()
                        + " diverged at step "
                        + Format.count(r.diverged().getAsLong())
                        + " with seed "
                        + r.seed()
                        + "."));
    grown()
        .filter(o -> o.runs().size() < results.seeds().size())
        .forEach(
            o ->
                lines.add(
                    o.name()
                        + " was run with "
                        + o.runs().size()
                        + " of "
                        + results.seeds().size()
                        + " seeds."));
    return lines;
  }

  /** Says with how many of its seeds a method did not reach scratch's final loss. */
  private static String missed(Outcome o) {
    return o.saving().values().stream().filter(v -> v.isEmpty()).count()
        + " of "
        + o.runs().size()
        + " seeds";
  }

  /** Says how the others stand to the one that saved most. */
  private String others(Outcome best) {
    double most = best.saving().mean().orElseThrow();
    List<String> equal =
        grown()
            .filter(o -> !o.name().equals(best.name()) && o.saving().isComplete())
            .filter(o -> Math.abs(o.saving().mean().orElseThrow() - most) < EQUAL)
            .map(Outcome::name)
            .toList();
    return equal.isEmpty() ? ", the most of all." : ", as did " + String.join(", ", equal) + ".";
  }

  private List<String> limits() {
    List<String> lines = new ArrayList<>();
    lines.add(
        "The saving leaves the training of the sources out, for all methods alike: growing pays"
            + " where a small model is there already. The net saving charges all of it, also that"
            + " of the wider source that a method needs which only deepens; it is left out where"
            + " nobody wrote down what a source's training took.");
    Spread end = spread(r -> r.last().loss());
    lines.add(
        "The loss to reach is that of scratch at its end, "
            + text(end, Format::metric)
            + "; since step "
            + Format.count(lastTenth())
            + " it had changed by "
            + percent(spread(this::lastChange))
            + (end.deviation().orElse(0) > UNEVEN * end.mean().orElse(0)
                ? ". It differs much from seed to seed, and so do savings: compare methods with the"
                    + " same seed."
                : "."));
    if (!results.trials().isEmpty()) {
      lines.add(
          "Each method was tried at the same learning rates on the first seed and has its best one:"
              + " the one at which it reached scratch's final loss first; scratch that which ended"
              + " best. What the trials took is charged to nobody.");
    }
    lines.add(
        "Figures are means over "
            + results.seeds().size()
            + (results.seeds().size() == 1
                ? " seed, which says nothing of how far another one would be."
                : " seeds, each held against scratch with the same seed, with their standard"
                    + " deviation.")
            + String.format(
                Locale.ROOT,
                " An evaluation is %.1f %% of scratch's steps: savings come in such steps.",
                100
                    * results.settings().get("evaluate_every").getAsDouble()
                    / results.settings().get("steps").getAsLong()));
    if (results.runs().stream().map(StudyRun::machine).distinct().count() > 1) {
      lines.add(
          "Runs were made by different engines, devices or numbers of threads; a wall saving is left"
              + " out where those of a run and of its scratch differ.");
    }
    return lines;
  }

  private Spread spread(ToDoubleFunction<StudyRun> figure) {
    return new Spread(
        results.scratch().stream().map(r -> OptionalDouble.of(figure.applyAsDouble(r))).toList());
  }

  /** Returns the last step that was evaluated before the last tenth of scratch's steps. */
  private long lastTenth() {
    return results.scratch().get(0).points().stream()
        .mapToLong(Curve.Point::step)
        .filter(step -> step <= 0.9 * results.settings().get("steps").getAsLong())
        .max()
        .orElse(0);
  }

  private double lastChange(StudyRun r) {
    double before =
        r.points().stream()
            .filter(p -> p.step() <= lastTenth())
            .reduce((x, y) -> y)
            .orElseThrow()
            .loss();
    return r.last().loss() / before - 1;
  }

  private static String rate(double rate) {
    return BigDecimal.valueOf(rate).stripTrailingZeros().toPlainString();
  }

  private Grid evaluations() {
    List<List<String>> rows = new ArrayList<>();
    List<StudyRun> all = new ArrayList<>(results.runs());
    all.addAll(results.trials());
    for (StudyRun r : all) {
      for (Curve.Point p : r.points()) {
        rows.add(
            List.of(
                r.candidate(),
                rate(r.learningRate()),
                Long.toString(r.seed()),
                Format.metric(p.loss()),
                Format.count(p.step()),
                CurveTables.flops(p.flops()),
                Format.seconds(p.seconds())));
      }
    }
    return new Grid(List.of("method", "rate", "seed", "loss", "step", "compute", "time"), rows);
  }

  private static String words(JsonElement e) {
    if (e instanceof JsonObject o) {
      return o.entrySet().stream()
          .map(i -> i.getKey().replace('_', ' ') + " " + words(i.getValue()))
          .collect(Collectors.joining(", "));
    }
    if (e instanceof JsonArray a) {
      return a.asList().stream().map(CompareReport::words).collect(Collectors.joining(", "));
    }
    JsonPrimitive p = e.getAsJsonPrimitive();
    return p.isNumber()
        ? p.getAsBigDecimal().stripTrailingZeros().toPlainString()
        : p.getAsString();
  }

  private Map<String, String> settings() {
    Map<String, String> m = new LinkedHashMap<>();
    results.settings().entrySet().stream()
        .filter(e -> !e.getKey().equals("config"))
        .forEach(e -> m.put(e.getKey().replace('_', ' '), words(e.getValue())));
    m.put(
        "step",
        CurveTables.flops(stepFlops) + ", " + results.convention() + " × the forward operations");
    m.put(
        "backend",
        results.runs().stream()
            .map(StudyRun::machine)
            .filter(s -> !s.isEmpty())
            .distinct()
            .collect(Collectors.joining("; ")));
    m.put("Java", Runtime.version().toString());
    return m;
  }
}
