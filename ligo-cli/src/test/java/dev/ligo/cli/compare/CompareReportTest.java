package dev.ligo.cli.compare;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.ligo.core.checkpoint.JsonValue;
import dev.ligo.core.comparison.ComparisonException;
import dev.ligo.core.comparison.ComparisonResults;
import dev.ligo.core.comparison.ComparisonRun;
import dev.ligo.core.comparison.Counting;
import dev.ligo.core.comparison.Curve;
import dev.ligo.core.comparison.Spread;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class CompareReportTest {
  private static final ComparisonRun EVEN = run("scratch", 1, 8, 5, 4.01, 4);
  private static final ComparisonRun EVEN_TOO = run("scratch", 2, 8, 5, 4.05, 4.04);

  @Test
  void theLossAtTheEndIsThatOfWholeRuns() {
    String text = text(EVEN, run("lemon", 1, 4.5, 4.4, 4.3, 4.125), run("copy", 1, 6, 4, 3.9));
    assertThat(line(text, "lemon ")).contains("4.500  ", " 4.125 ");
    assertThat(line(text, "copy ")).contains("6.000  ", " stopped ").doesNotContain("3.900");
  }

  /** A method that was lucky with the one seed that it has is not the best of all. */
  @Test
  void theBestHasAllSeeds() {
    String text =
        text(
            EVEN,
            EVEN_TOO,
            run("lucky", 1, 4, 3.9, 3.8),
            run("fpi", 1, 5, 4.5, 3.9, 3.8),
            run("fpi", 2, 5, 4.5, 3.9, 3.8));
    assertThat(text)
        .contains("fpi reached scratch's final loss with ", "lucky was run with 1 of 2 seeds.")
        .doesNotContain("lucky reached");
  }

  /** The whole of scratch's compute is saved, and there is a chart all the same. */
  @Test
  void aMethodThatIsThereBeforeItsFirstStepIsDrawn() {
    assertThat(page(EVEN, run("lemon", 1, 3.9, 3.8)))
        .contains("100.0", "\"from\":0.0,\"to\":30.0")
        .doesNotContain("NaN");
  }

  @Test
  void whoDidNotGetThereIsSaidInOneLine() {
    String text = text(EVEN, run("a", 1, 5, 4.9, 4.8, 4.7), run("b", 1, 5, 4.9, 4.8, 4.7));
    assertThat(text).contains("a and b never reached scratch's final loss.");
  }

  @Test
  void cellsSayWhatIsLackingInWords() {
    String late = text(EVEN, run("late", 1, 5, 4.9, 4.8, 4.7));
    assertThat(line(late, "late  ")).contains(" never ").doesNotContain("–");
    assertThat(late).contains("never: a run did not reach").doesNotContain("stopped: ");
    String soon = text(EVEN, run("soon", 1, 5, 3.9, 3.8));
    assertThat(line(soon, "soon  ")).contains(" stopped ").doesNotContain("–");
    assertThat(soon).contains("stopped: runs end where").doesNotContain("never: ");
  }

  @Test
  void whereTheLossOfScratchNeverFellNothingIsSaved() {
    ComparisonRun rising = run("scratch", 1, 4, 5, 6, 7);
    ComparisonRun there = run("there", 1, 3.9, 3.8);
    String text = text(rising, there, run("late", 1, 8, 7.5, 7.1, 7.01));
    assertThat(text)
        .contains("The loss of scratch ended no lower than it began: there is nothing to save.")
        .contains("late never reached scratch's final loss.")
        .contains(", there saving not known, late never")
        .doesNotContain("Infinity", "NaN", "there never reached", "there reached");
    assertThat(line(text, "there  ")).contains(" – ").doesNotContain("never");
    assertThat(page(rising, there)).doesNotContain(":Infinity", ":-Infinity", "NaN");
  }

  @Test
  void muchMoreThanTheCostOfScratchIsAMultipleOfIt() {
    ComparisonRun dear = from(OptionalDouble.of(9000), run("dear", 1, 5, 3.9, 3.8));
    String text = text(EVEN, dear);
    assertThat(line(text, "dear  ")).containsPattern(" \\d{3} × cost ").doesNotContain("-");
    assertThat(text).contains("N × cost: nothing is saved").endsWith(" × cost");
    assertThat(text(EVEN, run("copy", 1, 6, 4, 3.9))).doesNotContain("the cost");
  }

  /** A small model that is dear to train is worth less than a cheap one that knows less. */
  @Test
  void theNetSavingDecidesAndTheSavingStandsBesideIt() {
    ComparisonRun cheap = from(OptionalDouble.of(3), run("cheap", 1, 6, 5, 3.9, 3.8));
    ComparisonRun full = from(OptionalDouble.of(15), run("full", 1, 5, 3.9, 3.8));
    String text = text(EVEN, cheap, full);
    assertThat(text)
        .contains(
            "cheap reached scratch's final loss with 23.3 % less compute, 33.3 % without the"
                + " training of its source, the most of all.");
    assertThat(line(text, "method"))
        .containsPattern("net saving +saving +wall saving +source / scratch");
    assertThat(line(text, "full  ")).containsPattern(" 16\\.7 % +66\\.7 % +0\\.0 % +50\\.0 % ");
    assertThat(page(EVEN, cheap, full))
        .contains("\"from\":23.0,\"to\":30.0", "\"flops\":[3,13,23,33]", "\"flops\":[15,25,35]");
  }

  @Test
  void theBestSourceOfAMethodIsSaidAndDrawn() {
    ComparisonRun[] runs = {
      EVEN,
      from(OptionalDouble.of(15), run("copy-900", 1, 5, 3.9, 3.8)),
      from(OptionalDouble.of(3), run("copy-300", 1, 6, 5, 3.9, 3.8)),
      from(OptionalDouble.of(9), run("copy-600", 1, 5, 3.9, 3.8)),
      from(OptionalDouble.of(1), run("copy-100", 1, 6, 5.5, 5, 4.5)),
      from(OptionalDouble.of(9), run("fpi-600", 1, 5, 3.9, 3.8))
    };
    assertThat(text(runs))
        .contains(
            "copy by source: the highest net saving is that of copy-600, 36.7 %, from a source"
                + " whose training took 30.0 % of scratch's compute. The others: copy-300 23.3 %"
                + " (10.0 %) and copy-900 16.7 % (50.0 %).")
        .doesNotContain("fpi by source", "grown from:");
    assertThat(page(runs))
        .contains(
            "\"sources\":[{\"name\":\"copy\",\"colour\":\"var(--method-0)\",\"dashes\":\"\",\"places\":["
                + "{\"name\":\"copy-300\",\"shape\":\"3 × 64\","
                + "\"source\":10.00,\"net\":23.33,\"deviation\":0.00},"
                + "{\"name\":\"copy-600\",\"shape\":\"3 × 64\","
                + "\"source\":30.00,\"net\":36.67,\"deviation\":0.00},"
                + "{\"name\":\"copy-900\",\"shape\":\"3 × 64\","
                + "\"source\":50.00,\"net\":16.67,\"deviation\":0.00}]}]");
    assertThat(page(EVEN, run("copy", 1, 6, 4, 3.9))).contains("\"sources\":[]");
  }

  /** A label hides by what it was grown. A line joins models of one shape alone. */
  @Test
  void sourcesOfUnlikeShapesAreSaidUnderTheNameOfTheirMethodAndNotDrawn() {
    ComparisonRun[] runs = {
      EVEN,
      run("copy", 1, 6, 4, 3.9),
      from(OptionalDouble.of(9), run("copy+1steps", 1, 5, 3.9, 3.8)),
      from(OptionalDouble.of(3), run("deeper", 1, 5, 3.9, 3.8)),
    };
    String text = text(runs);
    assertThat(text)
        .contains(
            "copy+1steps by source: the highest net saving is that of deeper, 56.7 %, from 3 × 128,"
                + " whose training took 10.0 % of scratch's compute. The others: copy+1steps 36.7 %"
                + " (3 × 64, 30.0 %).",
            "grown from: the small model, layers × hidden size.");
    assertThat(line(text, "deeper  ")).contains(" 3 × 128 ");
    assertThat(page(runs)).contains("\"sources\":[]");
  }

  @Test
  void longListsStandInTheTable() {
    ComparisonRun[] runs =
        Stream.concat(
                Stream.of(EVEN),
                Stream.of("a", "b", "c", "d", "e", "f", "g")
                    .map(n -> run(n, 1, 6, 5, 4.9, 5 + n.charAt(0) / 100.0)))
            .toArray(ComparisonRun[]::new);
    String text = text(runs);
    assertThat(text)
        .contains(
            "losses are from 4.000 for scratch to 6.030 for g. The table has all 8.",
            "all 7 methods never reached scratch's final loss.");
    assertThat(line(text, "b  ")).contains(" 5.980  ");
    assertThat(line(text, "method")).contains(" loss at equal compute ");
  }

  @Test
  void seedsThatAreLackingAreSaidInPlainWords() {
    ComparisonRun late = run("late", 1, 5, 4.9, 4.8, 4.7);
    ComparisonRun too = run("late", 2, 5, 4.9, 4.8, 4.7);
    assertThat(text(EVEN, EVEN_TOO, late, too))
        .contains("late never reached scratch's final loss with any of the 2 seeds.");
    assertThat(text(EVEN, EVEN_TOO, late, run("late", 2, 5, 3.9, 3.8)))
        .contains("late did not reach scratch's final loss with 1 of the 2 seeds.");
  }

  @Test
  void everyColumnThatNeedsItIsDefined() {
    assertThat(page(EVEN, run("copy", 1, 6, 4, 3.9)))
        .contains(
            "<p>source / scratch: what training the small model took, in percent of",
            "<p>growing / scratch: what learning the operator took, in percent of",
            "<p>rate: the highest learning rate",
            "<p>stopped: runs end where they have reached the target; --to-the-end lets them go on."
                + " The legend of the report&#39;s curves has their last loss.");
  }

  @Test
  void sourcesThatAreThereAlreadyAreChargedToNobody() {
    ComparisonRun full = from(OptionalDouble.of(15), run("full", 1, 5, 3.9, 3.8));
    CompareReport there = report(new Counting(3, 0), List.of(), EVEN, full);
    assertThat(there.text()).contains("with 66.7 % less compute.").doesNotContain("without");
    assertThat(there.page()).contains("The sources count as there already");
    ComparisonRun unknown = from(OptionalDouble.empty(), run("full", 1, 5, 3.9, 3.8));
    assertThat(line(text(EVEN, unknown), "full  ")).contains(" – ", " 66.7 % ");
    assertThat(text(EVEN, unknown)).contains("with 66.7 % less compute.");
  }

  @Test
  void howFarScratchHadComeIsSaid() {
    String page = page(EVEN, EVEN_TOO, run("copy", 1, 6, 4, 3.9), run("copy", 2, 6, 4, 3.9));
    assertThat(page)
        .contains(
            "of scratch, 4.020 ± 0.028. From step 20 to the end that loss fell by 0.2 ± 0.0 %.")
        .doesNotContain("differs much from seed to seed");
    ComparisonRun stuck = run("scratch", 2, 8, 7, 6.5, 6);
    assertThat(page(EVEN, stuck, run("copy", 1, 6, 4, 3.9), run("copy", 2, 6, 4, 3.9)))
        .contains("differs much from seed to seed");
    assertThat(page(run("scratch", 1, 8, 5, 4, 4.4), run("copy", 1, 6, 4, 3.9)))
        .contains("that loss rose by 10.0 %.");
  }

  @Test
  void theLeadSaysTheWarmUpAndWhatTheSourceTook() {
    ComparisonRun full = from(OptionalDouble.of(15), run("full", 1, 5, 3.9, 3.8));
    assertThat(page(EVEN, full))
        .contains(
            "with one seed, on the same data",
            "The warm-up is 1 step. A run ends as soon as",
            "Training the small model took 50.0 % of scratch&#39;s compute.");
    ComparisonRun cheap = from(OptionalDouble.of(3), run("cheap", 1, 6, 5, 3.9, 3.8));
    assertThat(page(EVEN, full, cheap)).contains("models took from 10.0 % to 50.0 % of scratch");
  }

  @Test
  void settingsAreReadable() {
    assertThat(page(EVEN, run("copy", 1, 6, 4, 3.9)))
        .contains("<dt>steps between evaluations</dt><dd>10</dd>")
        .contains("<dt>parameters of the source</dt><dd>1,000,000</dd>")
        .contains("<dt>trained to the end</dt><dd>no</dd>")
        .contains("<dt>schedule</dt><dd>cosine, highest rate 0.001, warm-up 1</dd>")
        .contains(
            "<dt>training data</dt><dd>a.txt, b.txt, batches 1,234, SHA-256 of the first four"
                + " batches cdcdcdcdcdcd…, SHA-256 of all of them abababababab…</dd>");
  }

  @Test
  void whatDependsOnTheMachineIsSaid() {
    assertThat(text(EVEN, run("copy", 1, 6, 4, 3.9)))
        .contains("wall saving: the saving in seconds. It depends on the machine")
        .contains("steps to target", "target: scratch's final loss.");
  }

  @Test
  void aLossThatGrowingAloneReachesIsSaidToProveLittle() {
    ComparisonRun there = run("copy", 1, 4, 3.9);
    assertThat(text(EVEN, there)).contains("Growing alone was enough for copy: ");
    assertThat(text(EVEN, run("copy", 1, 6, 4, 3.9))).doesNotContain("Growing alone");
  }

  @Test
  void lossesAtEqualComputeComeFirstWhereAllWentToTheEnd() {
    assertThat(text(EVEN, run("copy", 1, 6, 4, 3.9, 3.8)))
        .contains("validation losses are 3.800 for copy and 4.000 for scratch. copy reached");
    assertThat(text(EVEN, run("copy", 1, 6, 4, 3.9))).doesNotContain("At equal compute");
  }

  @Test
  void whatWasTriedAtOneRateOnlyIsSaid() {
    ComparisonRun copy = run("copy", 1, 6, 4, 3.9);
    List<ComparisonRun> trials = List.of(run("scratch", 1, 8, 7, 6, 5), copy);
    assertThat(report(trials, EVEN, copy, run("lemon", 1, 5, 4, 3.9)).page())
        .contains("Tried at one rate only: lemon.");
    assertThat(report(trials, EVEN, copy).page())
        .contains("the same learning rates")
        .doesNotContain("Tried at one rate only");
  }

  /** Runs of earlier versions do not know it. */
  @Test
  void howFarTheLogitsMovedIsShownWhereItIsKnown() {
    ComparisonRun.Growing growing =
        new ComparisonRun.Growing(0, 0, Optional.empty(), OptionalDouble.of(0.25));
    assertThat(line(text(EVEN, run(growing, "copy", 1, 6, 4, 3.9)), "copy  ")).contains(" 0.25 ");
    assertThat(text(EVEN, run("copy", 1, 6, 4, 3.9))).doesNotContain("logits moved");
  }

  /** A run with an evaluation every tenth step, of thirty. */
  private static ComparisonRun run(String candidate, long seed, double... losses) {
    return run(ComparisonRun.Growing.NONE, candidate, seed, losses);
  }

  private static ComparisonRun run(
      ComparisonRun.Growing growing, String candidate, long seed, double... losses) {
    List<Curve.Point> points = new ArrayList<>();
    Arrays.stream(losses)
        .forEach(l -> points.add(new Curve.Point(10L * points.size(), 10.0 * points.size(), 1, l)));
    return new ComparisonRun(
        candidate,
        seed,
        0.001,
        growing,
        OptionalDouble.of(0),
        "a machine",
        OptionalLong.empty(),
        points);
  }

  /** The same run from a source whose training took so many operations. */
  private static ComparisonRun from(OptionalDouble source, ComparisonRun r) {
    return new ComparisonRun(
        r.candidate(),
        r.seed(),
        r.learningRate(),
        r.growing(),
        source,
        r.machine(),
        r.diverged(),
        r.points());
  }

  /**
   * A candidate METHOD-SOURCE as its comparison describes it, from 3 × 64; others are described by
   * nothing. What is called "deeper" is grown by copy+1steps from 3 × 128.
   */
  private static JsonObject candidate(String name) {
    boolean deeper = name.equals("deeper");
    int end = name.indexOf('-');
    if (end < 0 && !deeper && !name.contains("steps")) {
      return new JsonObject();
    }
    JsonObject o =
        JsonParser.parseString(
                """
                {"method": "copy", "source": {"model.safetensors": "%s"},
                 "source_shape": {"layers": 3, "hidden": %d}}
                """
                    .formatted(name, deeper ? 128 : 64))
            .getAsJsonObject();
    o.addProperty("method", end > 0 ? name.substring(0, end) : "copy");
    if (end < 0) {
      o.addProperty("operator_steps", 1);
    }
    return o;
  }

  private static String line(String text, String begin) {
    return text.lines().filter(l -> l.strip().startsWith(begin)).findFirst().orElseThrow();
  }

  private static String text(ComparisonRun... runs) {
    return report(List.of(), runs).text();
  }

  /** Returns the page, with spaces for those at which no line ends. */
  private static String page(ComparisonRun... runs) {
    return report(List.of(), runs).page().replace("&nbsp;", " ");
  }

  private static CompareReport report(List<ComparisonRun> trials, ComparisonRun... runs) {
    return report(Counting.WHOLE, trials, runs);
  }

  private static CompareReport report(
      Counting counting, List<ComparisonRun> trials, ComparisonRun... runs) {
    JsonObject settings =
        JsonParser.parseString(
                """
                {"task": "masked-lm", "steps": 30, "evaluate_every": 10,
                 "schedule": {"decay": "cosine", "peak": 0.001, "warmup": 1},
                 "data": {"names": ["a.txt", "b.txt"], "batches": 1234,
                  "sha256_of_a_sample": "%s", "sha256": "%s"},
                 "grown_warmup": 1, "to_the_end": false, "step_flops": 1, "command": "ligo compare",
                 "source_parameters": 1000000, "parameters": 2000000}
                """
                    .formatted("cd".repeat(32), "ab".repeat(32)))
            .getAsJsonObject();
    JsonObject candidates = new JsonObject();
    Stream.of(runs).forEach(r -> candidates.add(r.candidate(), candidate(r.candidate())));
    ComparisonResults results =
        new ComparisonResults(
            "bert",
            JsonValue.of(settings, ComparisonException::new),
            candidates,
            counting,
            Stream.of(runs)
                .map(r -> counting.sourceShare() == 0 ? from(OptionalDouble.of(0), r) : r)
                .toList(),
            trials);
    return new CompareReport(results, Path.of("out"));
  }

  @Test
  void aLargeLossIsAMultipleOfTheCompute() {
    assertThat(SpreadText.lessCompute(spread(-3))).isEqualTo("4.0 times the compute");
    assertThat(SpreadText.lessCompute(spread(-438.1))).isEqualTo("439 times the compute");
    assertThat(SpreadText.saving(spread(-3139))).isEqualTo("3,140 × cost");
    assertThat(SpreadText.percent(spread(3139.785))).isEqualTo("313,978.5 %");
    assertThat(SpreadText.lessCompute(spread(0.25))).isEqualTo("25.0 % less compute");
  }

  private static Spread spread(double value) {
    return new Spread(List.of(OptionalDouble.of(value)));
  }
}
