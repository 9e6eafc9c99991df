package dev.ligo.cli.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A report as a page. Everything that it needs stands in it, and its content security policy
 * forbids it to ask for anything else.
 */
public final class HtmlReport {
  private static final Pattern PLACE = Pattern.compile("\\{\\{([a-z-]+)}}");

  private HtmlReport() {}

  /** Returns the page. */
  public static String page(ComparisonReport report) {
    Looks looks = new Looks(report.methods(), report.reference());
    Map<String, String> parts =
        Map.ofEntries(
            Map.entry("title", Html.prose(report.title())),
            Map.entry("lead", Html.elements("p", report.lead())),
            Map.entry("findings", Html.elements("p", report.findings())),
            Map.entry("key", DotPlot.key(report.dots())),
            Map.entry("savings", DotPlot.html(report.dots(), report.savings(), looks)),
            Map.entry("training", Html.table(report.training())),
            Map.entry("limits", Html.elements("p", report.limits())),
            Map.entry("settings", Html.definitions(report.settings())),
            Map.entry("commands", Html.words(report.commands())),
            Map.entry("data", ReportData.json(report, looks)),
            Map.entry("style", resource("report.css")),
            Map.entry("chart", resource("chart.js")),
            Map.entry("script", resource("report.js")));
    // One pass over the template: what is put in is not looked at again.
    return PLACE
        .matcher(resource("report.html"))
        .replaceAll(m -> Matcher.quoteReplacement(parts.get(m.group(1))));
  }

  private static String resource(String name) {
    try (InputStream in = HtmlReport.class.getResourceAsStream(name)) {
      return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("reading " + name, e);
    }
  }
}
