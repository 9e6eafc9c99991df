package dev.ligo.cli.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonPrimitive;
import dev.ligo.cli.report.ComparisonReport.Dot;
import dev.ligo.cli.report.ComparisonReport.Dots;
import dev.ligo.cli.report.ComparisonReport.Line;
import dev.ligo.cli.report.ComparisonReport.Place;
import dev.ligo.cli.report.ComparisonReport.Running;
import dev.ligo.cli.report.ComparisonReport.Series;
import dev.ligo.core.comparison.Curve;
import dev.ligo.core.comparison.Curve.Point;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Reports as a browser shows them, where one is installed. */
@Timeout(value = 3, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ReportInBrowserTest {
  private static final String CURVES = "document.querySelector('#curves-chart')";

  /** The id of what is seen where the tip is said to be; it lets the pointer through otherwise. */
  private static final String AT_TIP =
      "(() => { const tip = document.querySelector('#tip'); tip.style.pointerEvents = 'auto';"
          + " const box = tip.getBoundingClientRect();"
          + " return document.elementFromPoint(box.left + 9, box.top + 9)?.closest('#tip')?.id ?? 'none'"
          + " })()";

  @TempDir static Path directory;

  private static Chromium browser;

  @BeforeAll
  static void start() throws IOException {
    Optional<String> program = Chromium.installed();
    assumeTrue(program.isPresent(), "no browser is installed: " + Chromium.PROGRAMS);
    browser = Chromium.start(program.orElseThrow());
  }

  @AfterAll
  static void stop() throws IOException {
    if (browser != null) {
      browser.close();
    }
  }

  /** A report of methods with three seeds each; the i-th of them saves 60 − 5 i percent. */
  private static ComparisonReport report(List<String> methods, Optional<Running> running) {
    List<String> all = Stream.concat(methods.stream(), Stream.of("scratch")).toList();
    return new ComparisonReport(
        "Some methods compared: bert grown from 0.4 to 1.7 million parameters",
        List.of("Each method was trained with 3 seeds on the same data."),
        List.of(all.get(0) + " reached scratch's final loss with 60.0 ± 2.0 % less compute."),
        all,
        "scratch",
        IntStream.range(0, all.size()).mapToObj(ReportInBrowserTest::dots).toList(),
        grid(
            all,
            List.of("net saving", "saving", "wall saving", "source / scratch", "growing / scratch"),
            "57.3 ± 2.0 %"),
        List.of(
            new Series(
                "copy",
                List.of(
                    new Place("copy-300", "3 × 64", 5, 30, 2),
                    new Place("wide", "3 × 128", 7, 25, 2),
                    new Place("copy-600", "3 × 64", 9, 20, 1)))),
        "validation loss (masked-lm, nats)",
        all.stream().flatMap(m -> LongStream.of(1, 2, 3).mapToObj(s -> line(m, s, 30))).toList(),
        List.of(line("scratch", 1, 30)),
        30e12,
        List.of(new ComparisonReport.Level("scratch's final loss", 4)),
        List.of(new ComparisonReport.Span(4, 12e12, 30e12, "60.0 ± 2.0 % less compute")),
        grid(
            all,
            List.of(
                "rate",
                "loss at start",
                "loss at end",
                "logits moved",
                "steps to target",
                "compute to target",
                "time to target"),
            "20.0 ± 0.9 TFLOP"),
        List.of("Figures are means over 3 seeds."),
        Map.of("data", "a".repeat(200)),
        List.of("ligo compare --methods " + String.join(",", all)),
        running);
  }

  private static Dots dots(int i) {
    double mean = 60 - 5 * i;
    return new Dots(
        List.of(new Dot(1, mean - 2), new Dot(2, mean), new Dot(3, mean + 2)),
        OptionalDouble.of(mean),
        OptionalDouble.of(2),
        OptionalDouble.of(mean + 15));
  }

  private static Grid grid(List<String> methods, List<String> columns, String cell) {
    return new Grid(
        Stream.concat(Stream.of("method"), columns.stream()).toList(),
        methods.stream()
            .map(m -> Stream.concat(Stream.of(m), columns.stream().map(c -> cell)).toList())
            .toList());
  }

  private static Line line(String method, long seed, int evaluations) {
    List<Point> points =
        IntStream.rangeClosed(0, evaluations)
            .mapToObj(
                i ->
                    new Point(
                        10L * i, i * 1e12, 60.0 * i, 4 + 4 * Math.exp(-i / 5.0) + seed / 100.0))
            .toList();
    return new Line(new Curve(method, points), "0.001", seed);
  }

  private static Path write(String name, ComparisonReport report) throws IOException {
    return Files.writeString(directory.resolve(name + ".html"), HtmlReport.page(report));
  }

  private static BrowserPage open(Path file) {
    BrowserPage page = browser.page();
    page.medium(1280, "screen", false);
    page.open(file);
    return page;
  }

  private static List<String> faults(String name, ComparisonReport report) throws IOException {
    return new Look(browser.page(), directory).at(write(name, report), name);
  }

  @Test
  void nothingOverlapsOrIsCut() throws IOException {
    List<String> many =
        IntStream.range(0, 22).mapToObj(i -> "ligo+copy+order:circular+" + i + "steps").toList();
    assertThat(faults("few", report(List.of("ligo"), Optional.empty()))).isEmpty();
    assertThat(faults("many", report(many, Optional.empty()))).isEmpty();
    String dear =
        HtmlReport.page(report(List.of("ligo"), Optional.empty()))
            .replaceAll("(saving\">)57.3 ±&nbsp;2.0&nbsp;%", "$1" + Html.prose("31,398 × cost"));
    assertThat(dear).contains(">31,398&nbsp;×&nbsp;cost<");
    Path file = Files.writeString(directory.resolve("dear.html"), dear);
    assertThat(new Look(browser.page(), directory).at(file, "dear")).isEmpty();
    assertThat(faults("long", report(List.of("m".repeat(120), "<b>&amp;"), Optional.empty())))
        .isEmpty();
  }

  /** What is looked for is found. */
  @Test
  void faultsAreSeen() throws IOException {
    assertThat(planted("p{margin-top:-2rem;line-height:1}")).contains("overlap: ");
    assertThat(planted("p{width:100px;white-space:nowrap;overflow:hidden}")).contains("cut: ");
    assertThat(planted("p{width:3000px;max-width:none}")).contains("pixels wide");
    assertThat(planted(".methods td:last-child{display:none}")).contains("hidden: ");
    assertThat(planted("@media print{h1{margin-top:300mm}}")).contains("print: the heading is not");
    assertThat(planted("p{background:url(https://example.org/x.png)}")).contains("example.org");
  }

  private static String planted(String style) throws IOException {
    String page = HtmlReport.page(report(List.of("ligo"), Optional.empty()));
    Path file = directory.resolve("planted.html");
    Files.writeString(file, page.replace("</style>", style + "</style>"));
    BrowserPage opened = open(file);
    Look look = new Look(opened, directory);
    List<String> faults = new ArrayList<>(look.on(1280, "screen", false, "planted"));
    faults.addAll(look.on(Look.PAPER, "print", false, "planted"));
    return faults + " " + opened.complaints();
  }

  @Test
  void valuesAreReadByPointerAndKeys() throws IOException {
    BrowserPage page = open(write("values", report(List.of("ligo", "fpi"), Optional.empty())));
    page.evaluate("document.querySelector('.row').scrollIntoView()");
    page.evaluate("document.querySelector('.row').dispatchEvent(new PointerEvent('pointermove'))");
    assertThat(page.text("document.querySelector('#tip').innerText"))
        .contains("ligo", "seed 1: 58.0", "seed 3: 62.0", "source's training: 75.0");
    page.evaluate(CURVES + ".querySelector('svg').focus()");
    page.press("ArrowLeft");
    assertThat(page.text("document.querySelector('#tip').innerText"))
        .contains("ligo, mean over seeds", "loss 4.030 at step 300", "30.0 TFLOP, 100 %");
    page.evaluate(CURVES + ".style.width = '900px'");
    page.settle(); // it is drawn anew, and keeps the point
    page.press("ArrowDown");
    page.press("ArrowLeft");
    assertThat(page.text("document.querySelector('#tip').innerText"))
        .contains("fpi, mean over seeds", "at step 290");
    page.evaluate(CURVES + ".style.width = ''");
    page.settle();
    assertThat(page.text(CURVES + ".querySelector('legend').innerText")).contains("29.0 TFLOP");
    page.evaluate(CURVES + ".querySelector('svg').scrollIntoView(true)");
    page.settle();
    page.point(600, 300);
    assertThat(page.text(AT_TIP))
        .as("the tip is in the window, beside the pointer")
        .isEqualTo("tip");
    assertThat(page.complaints()).isEmpty();
  }

  private static String range(BrowserPage page) {
    return page.text(
        "[..."
            + CURVES
            + ".querySelectorAll('text[text-anchor=middle]:not(.title)')]"
            + ".map((t) => t.textContent).join(' ')");
  }

  @Test
  void partsAreEnlargedByKeysMouseFingersAndButtons() throws IOException {
    BrowserPage page = open(write("zoom", report(List.of("ligo", "fpi"), Optional.empty())));
    page.evaluate(CURVES + ".querySelector('svg').scrollIntoView()");
    page.evaluate(CURVES + ".querySelector('svg').focus({preventScroll: true})");
    String whole = range(page);
    assertThat(whole).startsWith("0 ").endsWith(" 30");
    page.press("+");
    assertThat(range(page)).isNotEqualTo(whole);
    page.press("0");
    assertThat(range(page)).isEqualTo(whole);
    page.drag(400, 100, 700, 300);
    assertThat(range(page)).isNotEqualTo(whole);
    page.evaluate("[..." + CURVES + ".querySelectorAll('button')][2].click()");
    assertThat(range(page)).isEqualTo(whole);
    page.spread(600, 200, 200);
    assertThat(range(page)).isNotEqualTo(whole);
    assertThat(page.complaints()).isEmpty();
  }

  @Test
  void theLegendSwitchesMethods() throws IOException {
    BrowserPage page = open(write("legend", report(List.of("ligo", "fpi"), Optional.empty())));
    String curves = CURVES + ".querySelectorAll('[data-method=fpi]').length";
    assertThat(page.evaluate(curves).getAsInt()).isEqualTo(4); // three seeds and their mean
    page.evaluate(CURVES + ".querySelectorAll('input')[1].click()");
    assertThat(page.evaluate(curves).getAsInt()).isZero();
    page.evaluate(CURVES + ".querySelectorAll('input')[1].click()");
    assertThat(page.evaluate(curves).getAsInt()).isEqualTo(4);
  }

  /** A line joins sources of one shape alone. The last point of a shape says it. */
  @Test
  void sourcesOfUnlikeShapesAreNotJoined() throws IOException {
    BrowserPage page = open(write("sources", report(List.of("ligo"), Optional.empty())));
    String chart = "document.querySelector('#sources-chart')";
    assertThat(
            page.text(
                "[...%s.querySelectorAll('polyline')].map((l) => l.points.length).join()"
                    .formatted(chart)))
        .isEqualTo("2,1");
    assertThat(
            page.text(
                "[...%s.querySelectorAll('[data-method] text')].map((t) => t.textContent).join()"
                    .formatted(chart)))
        .isEqualTo(",3 × 128,3 × 64");
  }

  @Test
  void aListInACommandBreaksAfterCommasAndIsCopiedWhole() throws IOException {
    List<String> names = IntStream.range(0, 12).mapToObj(i -> "interpolation" + i).toList();
    BrowserPage page = open(write("command", report(names, Optional.empty())));
    page.medium(400, "screen", false);
    page.evaluate("getSelection().selectAllChildren(document.querySelector('pre code'))");
    assertThat(page.text("getSelection().toString().trim()"))
        .isEqualTo("ligo compare --methods " + String.join(",", names) + ",scratch");
    String broken =
        """
        (() => {
          const text = [...document.querySelectorAll('pre span')].at(-1);
          const range = document.createRange();
          return [...text.childNodes].filter((n) => n.nodeType === Node.TEXT_NODE).filter((n) => {
            range.selectNodeContents(n);
            return range.getClientRects().length > 1;
          }).length + ' of ' + text.getClientRects().length + ', ' + (text.offsetHeight > 40);
        })()
        """;
    assertThat(page.text(broken)).isEqualTo("0 of 1, true");
  }

  /**
   * Until there is a final loss of scratch to look at closely, the whole fall of a curve is seen.
   */
  @Test
  void theFirstRunIsSeenWhole() throws IOException {
    String highest =
        "Math.max(...[...%s.querySelectorAll('text[text-anchor=end]')].map((t) => +t.textContent))"
            .formatted(CURVES);
    Path later = write("later", report(List.of(), running(10)));
    assertThat(open(later).evaluate(highest).getAsDouble()).isLessThan(6);
    Path first = directory.resolve("first.html");
    Files.writeString(
        first, Files.readString(later).replaceFirst("\"levels\":\\[.*?]", "\"levels\":[]"));
    assertThat(open(first).evaluate(highest).getAsDouble()).isGreaterThanOrEqualTo(8);
  }

  @Test
  void curvesAreSaved() throws IOException {
    Path saved = Files.createDirectory(directory.resolve("saved"));
    BrowserPage page = open(write("save", report(List.of("a,b", "fpi"), Optional.empty())));
    page.downloadTo(saved);
    page.evaluate("[..." + CURVES + ".querySelectorAll('button')].at(-2).click()");
    page.downloaded();
    assertThat(saved.resolve("curves.csv"))
        .content()
        .startsWith("method,rate,seed,step,flops,seconds,loss\r\n\"a,b\",0.001,1,0,0,0,8.01\r\n")
        .contains("fpi,0.001,3,10,1000000000000,60,7.3049\r\n")
        .hasLineCount(1 + 10 * 31);
    page.evaluate("[..." + CURVES + ".querySelectorAll('button')].at(-1).click()");
    page.downloaded();
    Path picture = saved.resolve("curves.svg");
    assertThat(picture).content().contains("total compute (TFLOP)", ">fpi</text>");
    assertThat(picture).content().doesNotContain("var(", "class=");
    String parsed =
        "new DOMParser().parseFromString(%s, 'image/svg+xml').querySelectorAll('polyline').length"
            .formatted(new JsonPrimitive(Files.readString(picture)));
    assertThat(page.evaluate(parsed).getAsInt()).isEqualTo(12); // three seeds and means of three
  }

  @Test
  void aRunIsFollowedUntilItsEnd() throws IOException {
    List<String> methods = List.of("ligo", "fpi");
    BrowserPage page = open(write("live", report(methods, running(5))));
    assertThat(page.text("document.querySelector('#running').innerText"))
        .contains("Running: fpi, seed 4, at step 50 of 300.");
    assertThat(page.text(CURVES + ".querySelector('legend').innerText")).isEqualTo("Loss so far");
    page.evaluate(CURVES + ".querySelectorAll('input')[0].click()");
    write("live", report(methods, running(6)));
    page.loaded();
    assertThat(page.text("document.querySelector('#running').innerText")).contains("step 60 of");
    assertThat(page.evaluate(CURVES + ".querySelectorAll('input')[0].checked").getAsBoolean())
        .isFalse();
    write("live", report(methods, Optional.empty()));
    page.loaded();
    assertThat(page.evaluate("document.querySelector('#running').hidden").getAsBoolean()).isTrue();
    assertThat(page.complaints()).isEmpty();
  }

  /** The row "running: fpi" becomes "fpi", or "interrupted: fpi". */
  @Test
  void whatIsOffStaysOffUnderItsNextName() throws IOException {
    BrowserPage page = open(write("renamed", report(List.of("ligo"), running(5))));
    page.evaluate(box("running: fpi") + ".click()");
    write("renamed", report(List.of("ligo"), running(6)));
    page.loaded();
    write("renamed", report(List.of("ligo", "fpi"), Optional.empty()));
    page.loaded();
    assertThat(page.evaluate(box("fpi") + ".checked").getAsBoolean()).isFalse();
    assertThat(page.evaluate(box("ligo") + ".checked").getAsBoolean()).isTrue();
    page = open(write("stopped", report(List.of("ligo"), running(5))));
    page.evaluate(box("running: fpi") + ".click()");
    write("stopped", report(List.of("ligo"), running(5, true)));
    page.loaded();
    assertThat(page.evaluate(box("interrupted: fpi") + ".checked").getAsBoolean()).isFalse();
  }

  private static String box(String method) {
    return "[...%s.querySelectorAll('label')].find((l) => l.innerText.startsWith('%s'))"
            .formatted(CURVES, method)
        + ".querySelector('input')";
  }

  @Test
  void anInterruptedRunIsShownAsFarAsItIs() throws IOException {
    BrowserPage page = open(write("interrupted", report(List.of("ligo"), running(5, true))));
    assertThat(page.text("document.querySelector('#running').innerText"))
        .isEqualTo("Interrupted: fpi, seed 4, at step 50 of 300. Go on with --resume.");
    assertThat(page.text(CURVES + ".innerText")).contains("interrupted: fpi");
    assertThat(page.complaints()).isEmpty();
  }

  private static Optional<Running> running(int evaluations) {
    return running(evaluations, false);
  }

  private static Optional<Running> running(int evaluations, boolean interrupted) {
    return Optional.of(
        new Running(
            line("fpi", 4, evaluations),
            300,
            System.currentTimeMillis(),
            interrupted ? Optional.of("Go on with --resume.") : Optional.empty()));
  }
}
