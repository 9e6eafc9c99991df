package dev.ligo.cli.compare;

import com.google.gson.JsonObject;
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
import dev.ligo.core.model.ModelShape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The results of a comparison, for people and programs.
 *
 * @param results the numbers
 * @param out the directory in which they stand
 * @param running the run that is not done, as far as it is
 * @param interrupted how to go on, if that run was interrupted; else it goes on
 */
public record CompareReport(
    ComparisonResults results,
    Path out,
    Optional<ComparisonRun> running,
    Optional<String> interrupted)
    implements Report {
  /** The file that a browser shows. */
  public static final String PAGE = "report.html";

  private static final List<String> NUMBERS =
      List.of(
          "No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten",
          "Eleven", "Twelve");

  /** Describes a comparison of which no run goes on. */
  public CompareReport(ComparisonResults results, Path out) {
    this(results, out, Optional.empty(), Optional.empty());
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
    return text(0);
  }

  @Override
  public String text(int columns) {
    CompareFindings words = new CompareFindings(results);
    Grid summary = new CompareTables(words).summary();
    return parts(
        title(),
        Tables.text(summary, columns),
        String.join(System.lineSeparator(), words.notes(summary)),
        String.join(" ", words.findings()),
        files().toString(),
        summary());
  }

  /** Returns what each method saved in one line, to be copied. */
  public String summary() {
    CompareFindings words = new CompareFindings(results);
    return "summary: "
        + title()
        + ", "
        + Wording.count(results.seeds().size(), "seed")
        + words.ranked().stream()
            .filter(o -> !o.name().equals(Candidate.SCRATCH))
            .map(
                o ->
                    ", "
                        + o.name()
                        + " "
                        + (o.steps().isComplete() ? saved(words.headline(o)) : CompareTables.NEVER))
            .collect(Collectors.joining());
  }

  /** Returns a saving in words, if it is known; a multiple of scratch's cost is none. */
  private static String saved(Spread saving) {
    if (saving.mean().isEmpty()) {
      return "saving not known";
    }
    String text = SpreadText.saving(saving);
    return text.endsWith(SpreadText.COST) ? text : text + " saved";
  }

  /**
   * Returns what was compared and what came out, without a table of all figures.
   *
   * @param files what was written, as {@link #files} begins
   */
  public String conclusion(Table files) {
    return parts(
        title(), String.join(" ", new CompareFindings(results).findings()), files.toString());
  }

  /** Returns a table of the files with the results, to which others may be added. */
  public Table files() {
    return new Table(Table.Align.LEFT, Table.Align.LEFT)
        .row(Escapes.line(out.resolve(PAGE).toString()), "savings and curves: open it in a browser")
        .row(Escapes.line(out.resolve(ComparisonResults.FILE).toString()), "all numbers");
  }

  private static String parts(String... parts) {
    String gap = System.lineSeparator() + System.lineSeparator();
    return System.lineSeparator()
        + Stream.of(parts).filter(part -> !part.isEmpty()).collect(Collectors.joining(gap));
  }

  private ComparisonReport report() {
    CompareFindings words = new CompareFindings(results);
    CompareTables tables = new CompareTables(words);
    return new ComparisonReport(
        title(),
        List.of(lead(words)),
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
        Stream.concat(
                words.notes(tables.summary()).stream(),
                new ComparisonLimits(results).sentences().stream())
            .toList(),
        settings().shown(),
        List.of(text("command")),
        running.map(this::running));
  }

  private ComparisonReport.Running running(ComparisonRun run) {
    return new ComparisonReport.Running(
        line(run), steps(), System.currentTimeMillis(), interrupted);
  }

  private ComparisonSettings settings() {
    return new ComparisonSettings(results, running);
  }

  private static List<ComparisonReport.Line> lines(List<ComparisonRun> runs) {
    return runs.stream().map(CompareReport::line).toList();
  }

  private static ComparisonReport.Line line(ComparisonRun r) {
    return new ComparisonReport.Line(r.totalCurve(), Wording.number(r.learningRate()), r.seed());
  }

  /**
   * Returns what each way of growing saves by its sources, where some of them differ by the length
   * of their training alone: between others a picture has nothing to show.
   */
  private List<ComparisonReport.Series> sourceSeries() {
    return SourceCurve.of(results).stream()
        .map(
            c ->
                new ComparisonReport.Series(
                    c.name(),
                    c.outcomes().stream()
                        .filter(o -> o.netSaving().isComplete())
                        .map(this::place)
                        .toList()))
        .filter(ComparisonReport.Series::hasLine)
        .toList();
  }

  private ComparisonReport.Place place(Outcome o) {
    return new ComparisonReport.Place(
        o.name(),
        results.sourceShape(o.name()).map(ModelShape::text).orElse(""),
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

  /** Returns what was done, a sentence for each part of it. */
  private String lead(CompareFindings words) {
    boolean whole = results.settings().get("to_the_end").flag();
    return Stream.of(
            "Each method was trained"
                + seeds(results.seeds().size())
                + " on the same data in the same order, with the same schedule of "
                + Format.count(steps(), "step")
                + ".",
            warmup(),
            whole
                ? "Each run went on to its last step."
                : "A run ends as soon as two consecutive evaluations are at or below the target,"
                    + " the final loss of the model from scratch.",
            words.sourceCost())
        .filter(sentence -> !sentence.isEmpty())
        .collect(Collectors.joining(" "));
  }

  private static String seeds(int count) {
    return count == 0 ? "" : count == 1 ? " with one seed," : " with " + count + " seeds,";
  }

  /** Says over how many steps the rate rises, from scratch and after growing. */
  private String warmup() {
    JsonValue settings = results.settings();
    long scratch = settings.get("schedule").get("warmup").whole(0, Long.MAX_VALUE);
    long grown = settings.get("grown_warmup").whole(0, Long.MAX_VALUE);
    return "The warm-up is "
        + Format.count(scratch, "step")
        + (scratch == grown
            ? "."
            : " from scratch, and " + Format.count(grown, "step") + " after growing.");
  }

  private long steps() {
    return results.settings().get("steps").whole(1, Long.MAX_VALUE);
  }

  /** Returns what scratch took, or will take. */
  private double budget() {
    return results.scratch().stream()
        .mapToDouble(r -> r.last().flops())
        .max()
        .orElse(steps() * settings().stepFlops());
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
        SpreadText.lessCompute(words.headline(o)));
  }
}
