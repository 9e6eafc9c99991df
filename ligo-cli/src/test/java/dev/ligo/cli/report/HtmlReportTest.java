package dev.ligo.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.ligo.cli.report.ComparisonReport.Dot;
import dev.ligo.cli.report.ComparisonReport.Dots;
import dev.ligo.core.comparison.Curve;
import dev.ligo.core.comparison.Curve.Point;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
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

  private static ComparisonReport report(String text, Curve... curves) {
    return report(text, Optional.empty(), curves);
  }

  private static ComparisonReport report(
      String text, Optional<ComparisonReport.Running> running, Curve... curves) {
    return new ComparisonReport(
        text,
        List.of(text),
        List.of(text),
        Stream.of(curves).map(Curve::name).toList(),
        "scratch",
        List.of(
            new Dots(
                List.of(new Dot(1, 40), new Dot(2, 50)),
                OptionalDouble.of(45),
                OptionalDouble.of(7.1),
                OptionalDouble.of(60))),
        new Grid(List.of("method", text), List.of(List.of(text, "45.0 ± 7.1 %"))),
        List.of(
            new ComparisonReport.Series(
                text,
                List.of(
                    new ComparisonReport.Place(text, "3 × 64", 2.5, 27, 1.5),
                    new ComparisonReport.Place(text, "3 × 64", 10, 24, 0)))),
        text,
        Stream.of(curves).map(c -> new ComparisonReport.Line(c, "0.001", 1)).toList(),
        List.of(),
        14e12,
        List.of(new ComparisonReport.Level(text, 4.65)),
        List.of(new ComparisonReport.Span(5.402, 2e12, 14e12, text)),
        new Grid(List.of("method", text), List.of(List.of(text, "4.871"))),
        List.of(text),
        Map.of(text, text),
        List.of(text),
        running);
  }

  private static JsonObject data(String page) {
    Matcher m = Pattern.compile("id=\"data\">(.*?)</script>", Pattern.DOTALL).matcher(page);
    assertThat(m.find()).isTrue();
    return JsonParser.parseString(m.group(1)).getAsJsonObject();
  }

  @Test
  void asksForNothingOutsideItself() {
    assertThat(HtmlReport.page(report("x", GROWN)).replace("http://www.w3.org/2000/svg", ""))
        .doesNotContainPattern("(?i)https?:")
        .doesNotContainPattern("(?i)\\ssrc\\s*=")
        .doesNotContainPattern("(?i)\\shref\\s*=\\s*\"(?!data:,\")")
        .doesNotContainPattern(
            "(?i)@import|(?<!Object)url\\((?!#)|fetch\\(|XMLHttpRequest|WebSocket|import\\(")
        .contains("default-src 'none'");
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
  void givesEachMethodALookOfItsOwn() {
    JsonArray methods =
        data(HtmlReport.page(report("x", SCRATCH, GROWN, STACKED))).getAsJsonArray("methods");
    assertThat(methods)
        .hasToString(
            "[{\"name\":\"scratch\",\"colour\":\"var(--method-reference)\",\"dashes\":\"\"},"
                + "{\"name\":\"grown\",\"colour\":\"var(--method-0)\",\"dashes\":\"\"},"
                + "{\"name\":\"stacked\",\"colour\":\"var(--method-1)\",\"dashes\":\"9 5\"}]");
    List<String> names = IntStream.range(0, 20).mapToObj(i -> "m" + i).toList();
    Looks looks = new Looks(names, "scratch");
    assertThat(names.stream().map(m -> looks.colour(m) + looks.dashes(m))).doesNotHaveDuplicates();
  }

  @Test
  void drawsADotForEachSeed() {
    String row = row(HtmlReport.page(report("x", GROWN)));
    // The axis goes from 0 to 60 %, with 3 % of the width on both sides.
    assertThat(row)
        .contains("<circle class=\"dot\" cx=\"65.67%\"", "<title>seed 1: 40.0&nbsp;%</title>")
        .contains("<circle class=\"dot\" cx=\"81.33%\"", "<title>seed 2: 50.0&nbsp;%</title>")
        .contains("<line class=\"mean\" x1=\"73.50%\" x2=\"73.50%\"")
        .contains("<line class=\"spread\" x1=\"62.38%\" x2=\"84.62%\"")
        .contains("<circle class=\"gross\" cx=\"97.00%\"")
        .contains("<line class=\"zero\" x1=\"3.00%\"");
  }

  @Test
  void theKeyOfOneSeedSaysNothingOfASpread() {
    Dots one =
        new Dots(
            List.of(new Dot(1, 40)),
            OptionalDouble.of(40),
            OptionalDouble.empty(),
            OptionalDouble.empty());
    assertThat(DotPlot.key(List.of(one)))
        .contains("the one seed")
        .doesNotContain("mean", "deviation", "source");
    Grid grid = new Grid(List.of("method", "net saving"), List.of(List.of("one", "40.0 %")));
    assertThat(DotPlot.html(List.of(one), grid, new Looks(List.of("one"), "scratch")))
        .contains("class=\"dot\"")
        .doesNotContain("class=\"mean\"");
    assertThat(HtmlReport.page(report("x", GROWN)))
        .contains("a seed</span>", "mean and standard deviation", "mean without the source");
  }

  @Test
  void aCostOfManyTimesScratchsDoesNotShrinkTheRest() {
    Dots dear =
        new Dots(
            List.of(new Dot(1, -9000), new Dot(2, 50)),
            OptionalDouble.of(-4475),
            OptionalDouble.of(6399),
            OptionalDouble.empty());
    Grid grid = new Grid(List.of("method", "net saving"), List.of(List.of("dear", "46 × cost")));
    String html = DotPlot.html(List.of(dear), grid, new Looks(List.of("dear"), "scratch"));
    assertThat(html)
        .contains(
            ">−100</text>", "class=\"less\" x=\"0\"", "<title>seed 1: −9,000.0&nbsp;%</title>")
        .contains("<circle class=\"dot\"")
        .doesNotContainPattern("[x12]=\"-");
  }

  private static String row(String page) {
    Matcher m = Pattern.compile("<svg class=\"row\".*?</svg>", Pattern.DOTALL).matcher(page);
    assertThat(m.find()).isTrue();
    return m.group();
  }

  @Test
  void numbersAreWrittenAsInPrint() {
    assertThat(Html.prose("-0.3 ± 2.6 % (-4), ligo-5 e-6 1e-6"))
        .isEqualTo("−0.3&nbsp;±&nbsp;2.6&nbsp;% (−4), ligo-5 e-6 1e−6");
    assertThat(Html.prose("3,140 × cost")).doesNotContain(" ");
    Grid grid = new Grid(List.of("method", "saving"), List.of(List.of("a", "-0.3 ± 2.6 %")));
    assertThat(Html.table(grid)).contains("<td data-label=\"saving\">−0.3 ±&nbsp;2.6&nbsp;%</td>");
  }

  @Test
  void namesColumnsBesideCellsForNarrowPages() {
    Grid grid = new Grid(List.of("method", "loss"), List.of(List.of("grown", "4.213")));
    assertThat(Html.table(grid))
        .contains("<th scope=\"row\">grown</th><td data-label=\"loss\">4.213</td>");
    assertThat(Html.table(new Grid(List.of("method"), List.of()))).contains("No run is finished");
  }

  @Test
  void aRunThatGoesOnIsApartFromThoseThatAreDone() {
    ComparisonReport.Running running =
        new ComparisonReport.Running(
            new ComparisonReport.Line(STACKED, "0.001", 2), 800, 1000, Optional.of("Go on."));
    JsonObject data = data(HtmlReport.page(report("x", Optional.of(running), GROWN)));
    assertThat(data.getAsJsonArray("curves")).hasSize(1);
    JsonObject own = data.getAsJsonObject("running");
    assertThat(own.get("name").getAsString()).isEqualTo("stacked");
    assertThat(own.get("steps").getAsLong()).isEqualTo(800);
    assertThat(own.get("written").getAsLong()).isEqualTo(1000);
    assertThat(own.get("interrupted").getAsString()).isEqualTo("Go on.");
    assertThat(data(HtmlReport.page(report("x", GROWN))).has("running")).isFalse();
  }
}
