package dev.ligo.cli.demo;

import com.google.gson.JsonObject;
import dev.ligo.cli.compare.CurveTables;
import dev.ligo.cli.console.Report;
import dev.ligo.cli.console.Table;
import dev.ligo.cli.report.ComparisonReport;
import dev.ligo.cli.report.HtmlReport;
import java.nio.file.Path;
import java.util.List;

/**
 * What the command says at its end.
 *
 * @param result what the demo found out
 * @param out the directory that was written
 */
record DemoReport(DemoResult result, Path out) implements Report {
  /** The file that a browser shows. */
  static final String PAGE = "report.html";

  /** The file for programs. */
  static final String NUMBERS = "results.json";

  private ComparisonReport findings() {
    return new DemoFindings(result).report(new DemoCommands(out).again(result));
  }

  /** Returns the report as a page. */
  String page() {
    return HtmlReport.page(findings());
  }

  @Override
  public String text() {
    ComparisonReport report = findings();
    List<String> lines =
        List.of(
            "",
            report.title(),
            "",
            CurveTables.text(report.summary()),
            "",
            wrapped(String.join(" ", report.findings())),
            "",
            wrapped(String.join(" ", report.limits())),
            "",
            files().toString(),
            "",
            "next:",
            "  " + String.join(System.lineSeparator() + "  ", new DemoCommands(out).next()));
    return String.join(System.lineSeparator(), lines);
  }

  private Table files() {
    return new Table(Table.Align.LEFT, Table.Align.LEFT)
        .row(out.resolve(PAGE).toString(), "the curves: open it in a browser")
        .row(out.resolve(NUMBERS).toString(), "all numbers")
        .row(out.resolve(Demo.GROWN).toString(), "the checkpoint as LiGO grew it")
        .row(out.resolve(Demo.TRAINED).toString(), "the same after training")
        .row(out.resolve("small").toString(), "the checkpoint that it grew from");
  }

  /** Returns a paragraph in lines that a terminal has room for. */
  private static String wrapped(String paragraph) {
    return paragraph.replaceAll("(.{1,80})(?: |$)", "$1%n".formatted()).stripTrailing();
  }

  @Override
  public JsonObject json() {
    return DemoJson.of(result);
  }
}
