package dev.ligo.cli.report;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Pieces of HTML, made of text that may hold anything. */
final class Html {
  private Html() {}

  /** Returns text as HTML shows it. */
  static String text(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }

  /** Returns text whose lines do not end inside of 6 × 256 or 12.3 %. */
  static String prose(String text) {
    return text(text).replace(" × ", "&nbsp;×&nbsp;").replace(" %", "&nbsp;%");
  }

  /** Returns an element that holds text. */
  static String element(String name, String text) {
    return "<" + name + ">" + prose(text) + "</" + name + ">";
  }

  /** Returns an element for each text. */
  static String elements(String name, List<String> texts) {
    return texts.stream().map(t -> element(name, t)).collect(Collectors.joining("\n"));
  }

  /** Returns a list of names and what stands for them. */
  static String definitions(Map<String, String> entries) {
    return entries.entrySet().stream()
        .map(e -> "<div>" + element("dt", e.getKey()) + element("dd", e.getValue()) + "</div>")
        .collect(Collectors.joining("\n", "<dl>\n", "\n</dl>"));
  }

  /**
   * Returns a table. Each cell carries its column's name, which takes the header's place where the
   * page is too narrow for columns.
   */
  static String table(ComparisonReport.Grid grid) {
    StringBuilder html = new StringBuilder("<table>\n<thead><tr>");
    grid.header().forEach(h -> html.append("<th scope=\"col\">").append(text(h)).append("</th>"));
    html.append("</tr></thead>\n<tbody>\n");
    grid.rows().forEach(row -> html.append(row(grid.header(), row)));
    return html.append("</tbody>\n</table>").toString();
  }

  private static String row(List<String> header, List<String> cells) {
    StringBuilder html = new StringBuilder("<tr><th scope=\"row\">");
    html.append(text(cells.get(0))).append("</th>");
    for (int i = 1; i < cells.size(); i++) {
      html.append("<td data-label=\"")
          .append(text(header.get(i)))
          .append("\">")
          .append(text(cells.get(i)))
          .append("</td>");
    }
    return html.append("</tr>\n").toString();
  }
}
