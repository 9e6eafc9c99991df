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
import dev.ligo.cli.report.Grid;
import dev.ligo.cli.report.HtmlReport;
import dev.ligo.core.checkpoint.JsonValue;
import dev.ligo.core.comparison.Candidate;
import dev.ligo.core.comparison.ComparisonResults;
import dev.ligo.core.comparison.ComparisonResults.Outcome;
import dev.ligo.core.comparison.ComparisonRun;
import dev.ligo.core.comparison.SourceCurve;
import dev.ligo.core.comparison.Spread;
import dev.ligo.core.io.Durability;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The results of a comparison, for people and programs.
 *
 * @param results the numbers
 * @param out the directory in which they stand
 * @param running the run that goes on, as far as it is
 */
public record CompareReport(ComparisonResults results, Path out, Optional<ComparisonRun> running)
    implements Report {
  /** The file that a browser shows. */
  public static final String PAGE = "report.html";

  /** Settings that the report says in other places. */
  private static final Set<String> ELSEWHERE =
      Set.of("config", "command", "step_flops", "flops_per_forward");

  private static final List<String> NUMBERS =
      List.of(
          "No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten",
          "Eleven", "Twelve");

  /** Describes a comparison of which no run goes on. */
  public CompareReport(ComparisonResults results, Path out) {
    this(results, out, Optional.empty());
  }

  /**
   * Writes the page, in the place of an earlier one.
   *
   * @param file the page
   */
  public void write(Path file) {
    try {
      Durability.replace(file, page());
    } catch (IOException e) {
      throw new LigoException("writing " + file + ": " + LigoException.reason(e) + ".", e);
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
    Grid summary = new CompareTables(words).summary();
    String gap = System.lineSeparator() + System.lineSeparator();
    return System.lineSeparator()
        + Stream.of(
                title(),
                Tables.text(summary),
                String.join(System.lineSeparator(), words.notes(summary)),
                String.join(" ", words.findings()),
                new Table(Table.Align.LEFT, Table.Align.LEFT)
                    .row(
                        Escapes.line(out.resolve(PAGE).toString()),
                        "savings and curves: open it in a browser")
                    .row(
                        Escapes.line(out.resolve(ComparisonResults.FILE).toString()), "all numbers")
                    .toString())
            .filter(part -> !part.isEmpty())
            .collect(Collectors.joining(gap));
  }

  private ComparisonReport report() {
    CompareFindings words = new CompareFindings(results);
    CompareTables tables = new CompareTables(words);
    return new ComparisonReport(
        title(),
        List.of(lead()),
        words.findings(),
        words.ranked().stream().map(Outcome::name).toList(),
        Candidate.SCRATCH,
        tables.dots(),
        tables.savings(),
        sourceSeries(),
        "validation loss (" + text("task") + ", nats)",
        lines(results.runs()),
        lines(results.trials()),
        budget(),
        levels(),
        words.best().map(o -> span(o, words)).stream().toList(),
        tables.training(),
        Stream.concat(words.notes(tables.summary()).stream(), words.limits().stream()).toList(),
        settings(),
        List.of(text("command")),
        running.map(this::running));
  }

  private ComparisonReport.Running running(ComparisonRun run) {
    return new ComparisonReport.Running(line(run), steps(), System.currentTimeMillis());
  }

  private static List<ComparisonReport.Line> lines(List<ComparisonRun> runs) {
    return runs.stream().map(CompareReport::line).toList();
  }

  private static ComparisonReport.Line line(ComparisonRun r) {
    return new ComparisonReport.Line(r.totalCurve(), Wording.number(r.learningRate()), r.seed());
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
        o.name(),
        100 * o.source().mean().orElseThrow(),
        100 * o.netSaving().mean().orElseThrow(),
        100 * o.netSaving().deviation().orElse(0));
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
        "%s compared: %s grown from %.1f to %.1f million parameters",
        counted(results.candidates().size()),
        results.family(),
        millions("source_parameters"),
        millions("parameters"));
  }

  private static String counted(int methods) {
    return (methods < NUMBERS.size() ? NUMBERS.get(methods) : Integer.toString(methods))
        + " "
        + Wording.plural(methods, "method");
  }

  private String lead() {
    JsonValue settings = results.settings();
    long rises = settings.get("schedule").get("warmup").whole(0, Long.MAX_VALUE);
    long grown = settings.get("grown_warmup").whole(0, Long.MAX_VALUE);
    return String.format(
        "Each method was trained%s on the same data, in the same order and under the same"
            + " schedule of %s%s, %s.",
        seeds(results.seeds().size()),
        Format.count(steps(), "step"),
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

  private static String seeds(int count) {
    return count == 0 ? "" : count == 1 ? " with one seed" : " with " + count + " seeds";
  }

  private long steps() {
    return results.settings().get("steps").whole(1, Long.MAX_VALUE);
  }

  /** Returns what scratch took, or will take. */
  private double budget() {
    return results.scratch().stream()
        .mapToDouble(r -> r.last().flops())
        .max()
        .orElse(steps() * stepFlops());
  }

  private OptionalDouble target() {
    return results.scratch().stream().mapToDouble(r -> r.last().loss()).average();
  }

  private List<ComparisonReport.Level> levels() {
    return target().stream()
        .mapToObj(loss -> new ComparisonReport.Level("scratch's final loss", loss))
        .toList();
  }

  private ComparisonReport.Span span(Outcome o, CompareFindings words) {
    Outcome scratch = results.outcomes().get(0);
    Spread flops = o.totalFlops().isComplete() ? o.totalFlops() : o.flops();
    return new ComparisonReport.Span(
        target().orElseThrow(),
        flops.mean().orElseThrow(),
        scratch.flops().mean().orElseThrow(),
        SpreadText.percent(words.headline(o)) + " less compute");
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
