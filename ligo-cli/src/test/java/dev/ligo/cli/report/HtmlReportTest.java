package dev.ligo.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.ligo.cli.report.ComparisonReport.Grid;
import dev.ligo.core.comparison.Curve;
import dev.ligo.core.comparison.Curve.Point;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class HtmlReportTest {
  private static final String HOSTILE =
      "</script><script>alert('1')</script><!-- & \"\u2028 {{title}} $1";

  private static final Curve GROWN =
      new Curve("grown", List.of(new Point(0, 2e12, 15, 4.871), new Point(342, 14e12, 84, 4.213)));
  private static final Curve SCRATCH =
      new Curve("scratch", List.of(new Point(0, 0, 0, 8.342), new Point(400, 14e12, 97, 5.402)));
  private static final Curve STACKED =
      new Curve("stacked", List.of(new Point(0, 0, 0, 5.125), new Point(400, 14e12, 97, 4.5)));

  /** The first lines of uPlot and its licence may name where they come from. */
  private static final Pattern COMMENT = Pattern.compile("/\\*.*?\\*/|<!--.*?-->", Pattern.DOTALL);

  private static ComparisonReport report(String text, Curve... curves) {
    return new ComparisonReport(
        text,
        List.of(text),
        text,
        Stream.of(curves).map(c -> new ComparisonReport.Line(c, "0.001", 1)).toList(),
        List.of(),
        14e12,
        List.of(new ComparisonReport.Level(text, 4.65)),
        List.of(new ComparisonReport.Saving(5.402, 2e12, 14e12, text)),
        List.of(
            new ComparisonReport.Series(
                text,
                List.of(
                    new ComparisonReport.Place(2.5, 27, 1.5, text),
                    new ComparisonReport.Place(10, 24, 0, text)))),
        new Grid(List.of("method", text), List.of(List.of(text, "4.871"))),
        List.of(text),
        List.of(text),
        Map.of(text, text),
        List.of(text));
  }

  private static JsonObject data(String page) {
    Matcher m = Pattern.compile("id=\"data\">(.*?)</script>", Pattern.DOTALL).matcher(page);
    assertThat(m.find()).isTrue();
    return JsonParser.parseString(m.group(1)).getAsJsonObject();
  }

  @Test
  void asksForNothingOutsideItself() {
    String page = COMMENT.matcher(HtmlReport.page(report("x", GROWN))).replaceAll("");
    assertThat(page)
        .doesNotContainPattern("(?i)https?:")
        .doesNotContainPattern("(?i)\\ssrc\\s*=")
        .doesNotContainPattern("(?i)\\shref\\s*=\\s*\"(?!data:,\")")
        .doesNotContainPattern("(?i)@import|url\\(|fetch\\(|XMLHttpRequest|WebSocket|import\\(")
        .contains("default-src 'none'");
  }

  @Test
  void carriesTheLicenseOfWhatItCarries() {
    assertThat(HtmlReport.page(report("x", GROWN))).contains("uPlot=function", "MIT License");
  }

  @Test
  void fillsEveryPlace() {
    assertThat(HtmlReport.page(report("x", GROWN))).doesNotContainPattern("\\{\\{[a-z-]+}}");
  }

  @Test
  void showsHostileTextAsText() {
    Curve curve = new Curve(HOSTILE, GROWN.points());
    String page = HtmlReport.page(report(HOSTILE, curve));
    String plain = HtmlReport.page(report("x", GROWN));
    assertThat(page).doesNotContain("alert('1')").contains("{{title}} $1<");
    assertThat(count(page, "<script")).isEqualTo(count(plain, "<script"));
    assertThat(count(page, "</script")).isEqualTo(count(plain, "</script"));
    assertThat(count(page, "<!--")).isEqualTo(count(plain, "<!--"));
    JsonObject embedded = data(page);
    assertThat(embedded.get("loss").getAsString()).isEqualTo(HOSTILE);
    assertThat(curve(embedded, 0).get("name").getAsString()).isEqualTo(HOSTILE);
  }

  private static int count(String page, String what) {
    return page.split(Pattern.quote(what), -1).length;
  }

  private static JsonObject curve(JsonObject data, int i) {
    return data.getAsJsonArray("curves").get(i).getAsJsonObject();
  }

  @Test
  void drawsEveryMethod() {
    JsonObject data = data(HtmlReport.page(report("x", GROWN, SCRATCH, STACKED)));
    assertThat(data.getAsJsonArray("curves")).hasSize(3);
    assertThat(curve(data, 0))
        .hasToString(
            "{\"name\":\"grown\",\"rate\":\"0.001\",\"seed\":1,\"step\":[0,342],"
                + "\"flops\":[2E+12,1.4E+13],\"seconds\":[15,84],\"loss\":[4.871,4.213]}");
    assertThat(curve(data, 2).get("name").getAsString()).isEqualTo("stacked");
    assertThat(data.get("budget").getAsDouble()).isEqualTo(14e12);
  }

  @Test
  void drawsWhatIsSavedFromEachSource() {
    String page = HtmlReport.page(report("copy", GROWN));
    // 10 of 10.8 % are 92.6 % of the way from 56 to 730; the axis goes from 24 to 29 %.
    assertThat(page)
        .contains("<polyline points=\"212,127.2 680.1,294\"/>", ">24</text>", ">29</text>")
        .contains("class=\"best\" cx=\"212\"", "class=\"place\" cx=\"680.1\"");
    assertThat(SourcePicture.html(List.of())).isEmpty();
  }

  @Test
  void namesColumnsBesideCellsForNarrowPages() {
    Grid grid = new Grid(List.of("method", "loss"), List.of(List.of("grown", "4.213")));
    assertThat(Html.table(grid))
        .contains("<th scope=\"row\">grown</th><td data-label=\"loss\">4.213</td>");
  }
}
