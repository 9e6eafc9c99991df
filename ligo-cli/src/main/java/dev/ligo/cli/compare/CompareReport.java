package dev.ligo.cli.compare;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.ligo.api.LigoException;
import dev.ligo.api.Wording;
import dev.ligo.cli.console.Escapes;
import dev.ligo.cli.console.Format;
import dev.ligo.cli.console.Report;
import dev.ligo.cli.console.Table;
import dev.ligo.cli.report.ComparisonReport;
import dev.ligo.cli.report.ComparisonReport.Grid;
import dev.ligo.cli.report.HtmlReport;
import dev.ligo.core.checkpoint.JsonValue;
import dev.ligo.core.comparison.ComparisonResults;
import dev.ligo.core.comparison.ComparisonResults.Outcome;
import dev.ligo.core.comparison.ComparisonRun;
import dev.ligo.core.comparison.SourceCurve;
import dev.ligo.core.comparison.Spread;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The results of a comparison, for people and programs.
 *
 * @param results the numbers
 * @param out the directory in which they stand
 */
public record CompareReport(ComparisonResults results, Path out) implements Report {
  /** The file that a browser shows. */
  public static final String PAGE = "report.html";

  /** What stands where a run did not reach scratch's final loss. */
  static final String NEVER = "never";

  /** What stands for the loss at the end of runs that ended where they had reached it. */
  static final String STOPPED = "stopped";

  /** Settings that the report says in other places. */
  private static final Set<String> ELSEWHERE =
      Set.of("config", "command", "step_flops", "flops_per_forward");

  /**
   * Writes the page into a directory.
   *
   * @param directory the directory with the runs
   */
  public void write(Path directory) {
    try {
      Files.writeString(directory.resolve(PAGE), page());
    } catch (IOException e) {
      throw new LigoException(
          "writing " + directory.resolve(PAGE) + ": " + LigoException.reason(e) + ".", e);
    }
  }

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
    CompareFindings words = new CompareFindings(results);
    String gap = System.lineSeparator() + System.lineSeparator();
    return System.lineSeparator()
        + Stream.of(
                title(),
                Tables.text(summary()),
                String.join(System.lineSeparator(), words.notes(summary())),
                String.join(" ", words.findings()),
                new Table(Table.Align.LEFT, Table.Align.LEFT)
                    .row(
                        Escapes.line(out.resolve(PAGE).toString()),
                        "the curves: open it in a browser")
                    .row(
                        Escapes.line(out.resolve(ComparisonResults.FILE).toString()), "all numbers")
                    .toString())
            .filter(part -> !part.isEmpty())
            .collect(Collectors.joining(gap));
  }

  private ComparisonReport report() {
    CompareFindings words = new CompareFindings(results);
    return new ComparisonReport(
        title(),
        List.of(lead()),
        "validation loss (" + text("task") + ")",
        lines(results.runs()),
        lines(results.trials()),
        budget(),
        List.of(new ComparisonReport.Level("scratch's final loss", target())),
        words.best().map(o -> saving(o, words)).stream().toList(),
        sourceSeries(),
        summary(),
        words.findings(),
        Stream.concat(words.notes(summary()).stream(), words.limits().stream()).toList(),
        settings(),
        List.of(text("command")));
  }

  private static List<ComparisonReport.Line> lines(List<ComparisonRun> runs) {
    return runs.stream()
        .map(
            r ->
                new ComparisonReport.Line(
                    r.totalCurve(), Wording.number(r.learningRate()), r.seed()))
        .toList();
  }

  /** Returns what each way of growing saves by its sources, where it has several. */
  private List<ComparisonReport.Series> sourceSeries() {
    return SourceCurve.of(results).stream()
        .map(
            c ->
                new ComparisonReport.Series(
                    c.name(),
                    c.outcomes().stream()
                        .filter(o -> o.netSaving().isComplete())
                        .map(CompareReport::place)
                        .toList()))
        .filter(s -> !s.places().isEmpty())
        .toList();
  }

  private static ComparisonReport.Place place(Outcome o) {
    return new ComparisonReport.Place(
        100 * o.source().mean().orElseThrow(),
        100 * o.netSaving().mean().orElseThrow(),
        100 * o.netSaving().deviation().orElse(0),
        o.name() + ": " + SpreadText.percent(o.netSaving()));
  }

  private String text(String setting) {
    return results.settings().get(setting).text();
  }

  private double millions(String setting) {
    return results.settings().get(setting).number() / 1e6;
  }

  private String title() {
    return String.format(
        Locale.ROOT,
        "%s from %.1f to %.1f million parameters: %d ways to begin",
        results.family(),
        millions("source_parameters"),
        millions("parameters"),
        results.outcomes().size());
  }

  private String lead() {
    JsonValue settings = results.settings();
    long rises = settings.get("schedule").get("warmup").whole(0, Long.MAX_VALUE);
    long grown = settings.get("grown_warmup").whole(0, Long.MAX_VALUE);
    return String.format(
        "Each method was trained with %s on the same data, in the same order and under the same"
            + " schedule of %s%s, %s.",
        results.seeds().size() == 1 ? "one seed" : results.seeds().size() + " seeds",
        Format.count(settings.get("steps").whole(1, Long.MAX_VALUE), "step"),
        rises == grown
            ? ""
            : ", whose rate rises over "
                + Format.count(rises, "step")
                + " from scratch and over "
                + Format.count(grown)
                + " after growing",
        settings.get("to_the_end").flag()
            ? "to its end"
            : "until two consecutive evaluations were at or below the final loss of the model from"
                + " scratch");
  }

  private double budget() {
    return results.scratch().stream().mapToDouble(r -> r.last().flops()).max().orElse(0);
  }

  private double target() {
    return results.scratch().stream().mapToDouble(r -> r.last().loss()).average().orElse(0);
  }

  private ComparisonReport.Saving saving(Outcome o, CompareFindings words) {
    Outcome scratch = results.outcomes().get(0);
    Spread flops = o.totalFlops().isComplete() ? o.totalFlops() : o.flops();
    return new ComparisonReport.Saving(
        target(),
        flops.mean().orElseThrow(),
        scratch.flops().mean().orElseThrow(),
        o.name() + ": " + SpreadText.percent(words.headline(o)) + " less compute");
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
                        Wording.number(o.learningRate()),
                        SpreadText.mean(o.firstLoss(), Format::metric),
                        o.runs().stream().allMatch(this::isWhole)
                            ? SpreadText.mean(o.lastLoss(), Format::metric)
                            : STOPPED,
                        reached(o, SpreadText.saving(o.netSaving())),
                        reached(o, SpreadText.saving(o.saving())),
                        reached(o, SpreadText.saving(o.wallSaving())),
                        SpreadText.percent(o.source()),
                        SpreadText.percent(o.growing()),
                        SpreadText.magnitude(o.drift()),
                        reached(o, SpreadText.mean(o.steps(), v -> Format.count(Math.round(v)))),
                        reached(o, SpreadText.flops(o.totalFlops())),
                        reached(o, SpreadText.mean(o.seconds(), Format::seconds)))));
    return new Grid(
            List.of(
                "method",
                "rate",
                "loss at start",
                "loss at end",
                "net saving",
                "saving",
                "wall saving",
                "source / scratch",
                "growing / scratch",
                "logits moved",
                "steps",
                "compute",
                "time"),
            rows)
        .withoutColumnsOf(SpreadText.NONE);
  }

  /** Returns a figure of reaching scratch's final loss, or that some run did not. */
  private static String reached(Outcome o, String figure) {
    return o.steps().isComplete() ? figure : NEVER;
  }

  /** Returns whether a run made all its steps, and did not stop where it had reached its target. */
  private boolean isWhole(ComparisonRun r) {
    return r.last().step() == results.settings().get("steps").number();
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
    return !(e instanceof JsonPrimitive p)
        ? "none"
        : p.isNumber() ? Wording.number(p.getAsDouble()) : p.getAsString();
  }

  /** Returns the operations of a step, which are written down as three times the forward ones. */
  private double stepFlops() {
    return results.counting().counted(results.settings().get("step_flops").number());
  }

  private Map<String, String> settings() {
    Map<String, String> m = new LinkedHashMap<>();
    results.settings().object().entrySet().stream()
        .filter(e -> !ELSEWHERE.contains(e.getKey()))
        .forEach(e -> m.put(e.getKey().replace('_', ' '), words(e.getValue())));
    m.put(
        "step",
        Tables.flops(stepFlops())
            + ", "
            + results.counting().timesForward()
            + " × the forward operations");
    m.put(
        "backend",
        results.runs().stream()
            .map(ComparisonRun::machine)
            .filter(s -> !s.isEmpty())
            .distinct()
            .collect(Collectors.joining("; ")));
    return m;
  }
}
