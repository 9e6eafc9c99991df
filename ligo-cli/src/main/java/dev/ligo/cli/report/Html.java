package dev.ligo.cli.report;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

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

  /** A hyphen that is a minus sign: it begins a number, or its power of ten. */
  private static final Pattern MINUS = Pattern.compile("((?<![^\\s(±])|(?<=[0-9]e))-(?=[0-9])");

  /**
   * Returns text whose lines do not end inside of 6 × 256, 3,140 × cost or 12.3 ± 0.4 %, and whose
   * numbers below 0 have a minus sign.
   */
  static String prose(String text) {
    return MINUS
        .matcher(text(text))
        .replaceAll("−")
        .replace(" × ", "&nbsp;×&nbsp;")
        .replace(" ± ", "&nbsp;±&nbsp;")
        .replace(" %", "&nbsp;%");
  }

  /**
   * Returns lines, each of whose words is an element of its own, in which commas may end a line.
   */
  static String words(List<String> lines) {
    return lines.stream()
        .map(
            line ->
                Stream.of(line.split(" "))
                    .map(word -> "<span>" + text(word).replace(",", ",<wbr>") + "</span>")
                    .collect(Collectors.joining(" ")))
        .collect(Collectors.joining("\n"));
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

  /** Returns a table. */
  static String table(Grid grid) {
    return table(grid, "", List.of());
  }

  /**
   * Returns a table. Each cell carries its column's name, which takes the header's place where the
   * page is too narrow for columns.
   *
   * @param axis the header of pictures in the second column, as HTML
   * @param pictures one for each row, as HTML; none for a table without that column
   */
  static String table(Grid grid, String axis, List<String> pictures) {
    if (grid.rows().isEmpty()) {
      return element("p", "No run is finished yet.");
    }
    StringBuilder html = new StringBuilder("<table class=\"methods\">\n<thead><tr>");
    for (int i = 0; i < grid.header().size(); i++) {
      html.append(element("th scope=\"col\"", "th", text(grid.header().get(i))));
      if (i == 0 && !pictures.isEmpty()) {
        html.append(element("td class=\"plot\"", "td", axis));
      }
    }
    html.append("</tr></thead>\n<tbody>\n");
    for (int r = 0; r < grid.rows().size(); r++) {
      html.append("<tr>");
      for (int i = 0; i < grid.header().size(); i++) {
        String cell = grid.rows().get(r).get(i);
        html.append(
            i == 0
                ? element("th scope=\"row\"", "th", prose(cell).replace("+", "+<wbr>"))
                : element(
                    "td data-label=\"" + text(grid.header().get(i)) + "\"", "td", figure(cell)));
        if (i == 0 && !pictures.isEmpty()) {
          html.append(element("td class=\"plot\"", "td", pictures.get(r)));
        }
      }
      html.append("</tr>\n");
    }
    return html.append("</tbody>\n</table>").toString();
  }

  /** Returns a figure whose line ends before its deviation, if it does. */
  private static String figure(String cell) {
    return cell.contains(" ± ")
        ? prose(cell).replace(" ", "&nbsp;").replace("&nbsp;±", " ±")
        : prose(cell);
  }

  private static String element(String opening, String name, String html) {
    return "<" + opening + ">" + html + "</" + name + ">";
  }
}
