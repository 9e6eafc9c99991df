package dev.ligo.core.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Plans for a family that are made without its results, against what was measured of it. Four
 * families cannot say how well a plan does on a fifth. But a plan that missed one of them by more
 * than its uncertainty would say too much.
 */
class HoldOutTest {
  private static final Evidence ALL = Evidence.published();
  private static final Evidence.Kind BOTH = Evidence.Kind.BOTH;

  private static Evidence.Field field(String family) {
    return ALL.of(family).orElseThrow();
  }

  /** Returns the small model of a comparison, by every method that was run on one. */
  private static Forecast.Small small(String family, Evidence.Kind kind) {
    Evidence.Field field = field(family);
    // The longest training of a small model is that of the comparison.
    double steps = field.unlearned().stream().mapToDouble(PowerLaw.Point::at).max().orElseThrow();
    Set<String> methods =
        ALL.fields().stream()
            .flatMap(f -> f.source(kind).stream())
            .flatMap(s -> s.savings().keySet().stream())
            .collect(Collectors.toSet());
    double cost = field.source(BOTH).orElseThrow().cost() / steps;
    return new Forecast.Small(kind, cost, methods, Optional.empty());
  }

  private static Forecast.Proposal planned(Evidence evidence, String family) {
    Evidence.Field field = field(family);
    return new Forecast(evidence, family, field.parameters(), field.flops())
        .proposals(List.of(small(family, BOTH)))
        .get(0);
  }

  /** Returns the mean net saving of a method from the small model of the comparison. */
  private static OptionalDouble measured(String family, String method) {
    Evidence.Source source = field(family).source(BOTH).orElseThrow();
    return source.worth(method).isEmpty()
        ? OptionalDouble.empty()
        : OptionalDouble.of(
            source.savings().get(method).stream()
                    .mapToDouble(OptionalDouble::getAsDouble)
                    .average()
                    .orElseThrow()
                - source.cost());
  }

  /** Returns the net saving of a plan, told by what was measured of the family after all. */
  private static double known(String family, Forecast.Proposal plan) {
    double worth =
        field(family).source(BOTH).orElseThrow().worth(plan.method()).orElseThrow().stream()
            .mapToDouble(v -> v)
            .average()
            .orElseThrow();
    double length = plan.point().length();
    double lacks = ALL.unlearned(family, BOTH).at().apply(length).mean();
    return worth * (1 - lacks) - plan.small().cost() * length;
  }

  private static double best(String family) {
    return field(family).source(BOTH).orElseThrow().savings().keySet().stream()
        .flatMap(m -> measured(family, m).stream().boxed())
        .max(Comparator.naturalOrder())
        .orElseThrow();
  }

  @ParameterizedTest
  @ValueSource(strings = {"bert", "roberta", "gpt2", "deit"})
  void whatWasMeasuredIsWithinTheUncertaintyOfAPlanThatDidNotKnowIt(String family) {
    Forecast.Proposal plan = planned(ALL.without(family), family);
    assertThat(plan.basis()).isEqualTo(Forecast.Basis.OTHER_FAMILIES);
    assertThat(plan.verdict()).isNotEqualTo(Forecast.Verdict.SCRATCH);
    assertThat(best(family)).as("growing pays").isPositive();
    assertThat(plan.net().mean()).isCloseTo(best(family), within(2 * plan.net().deviation()));
    // At the length that the plan takes a small model may have learned less than it thought.
    double known = known(family, plan);
    assertThat(known).isCloseTo(plan.net().mean(), within(2 * plan.net().deviation()));
    assertThat(known).as("still better than from scratch").isPositive();
    assertThat(measured(family, plan.method()).orElseThrow())
        .as("what %s saves, which the plan takes", plan.method())
        .isGreaterThan(best(family) - 0.1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"bert", "roberta", "gpt2", "deit"})
  void whoKnowsTheFamilyIsSurer(String family) {
    Forecast.Proposal plan = planned(ALL, family);
    assertThat(plan.basis()).isEqualTo(Forecast.Basis.FAMILY);
    assertThat(plan.net().deviation())
        .isLessThan(planned(ALL.without(family), family).net().deviation());
    // A source of a better length saves no less than the one that was measured.
    assertThat(plan.net().mean()).isGreaterThan(best(family) - 0.02);
  }

  /** Returns a plan for a training of a family that is another than the one that was measured. */
  private static Forecast.Proposal scaled(String family, double size, double length) {
    Evidence.Field field = field(family);
    long parameters = Math.round(size * field.parameters());
    return new Forecast(ALL, family, parameters, size * length * field.flops())
        .proposals(List.of(small(family, BOTH)))
        .get(0);
  }

  @ParameterizedTest
  @CsvSource({"10, 1", "0.1, 1", "1, 10", "1, 0.1"})
  void aFamilyAtAnotherSizeOrLengthKeepsItsMeanAndNotItsCertainty(double size, double length) {
    Forecast.Proposal known = scaled("bert", 1, 1);
    Forecast.Proposal carried = scaled("bert", size, length);
    assertThat(known.isMeasured()).isTrue();
    assertThat(carried.isMeasured()).isFalse();
    assertThat(carried.basis()).isEqualTo(Forecast.Basis.OTHER_SCALE);
    assertThat(carried.net().mean()).isCloseTo(known.net().mean(), within(1e-9));
    assertThat(carried.net().deviation()).isGreaterThan(3 * known.net().deviation());
    // From seeds to families there is no step: a training twice as large is in between.
    double between = scaled("bert", Math.sqrt(size), Math.sqrt(length)).net().deviation();
    assertThat(between).isBetween(known.net().deviation(), carried.net().deviation());
    // And of what is a thousand times as large nothing is known.
    assertThat(scaled("bert", Math.pow(size, 3), Math.pow(length, 3)).verdict())
        .isEqualTo(Forecast.Verdict.UNSURE);
  }

  @ParameterizedTest
  @CsvSource({
    "BERT, bert, 3000",
    "RoBERTa, roberta, 3000",
    "GPT-2, gpt2, 3000",
    "DeiT, deit, 5000"
  })
  void theDocumentSaysHowWellPlansDo(String name, String family, int steps) {
    Forecast.Proposal plan = planned(ALL.without(family), family);
    String row =
        String.format(
            Locale.ROOT,
            "| %s | `%s` after %,d steps | %.0f ± %.0f %% | %.0f %% | %.0f %% |",
            name,
            plan.method(),
            100 * Math.round(steps * plan.point().length() / 100),
            100 * plan.net().mean(),
            100 * plan.net().deviation(),
            100 * known(family, plan),
            100 * best(family));
    assertThat(Path.of("..", "docs", "planning.md")).content().contains(row);
  }

  @ParameterizedTest
  @CsvSource({"1, 3000", "10, '30,000'", "1000, '3,000,000'"})
  void theDocumentSaysHowTheDeviationGrowsWithTheLength(double length, String steps) {
    Estimate net = scaled("gpt2", 1, length).net();
    String says =
        String.format(Locale.ROOT, "%.0f ± %.0f %%", 100 * net.mean(), 100 * net.deviation());
    assertThat(Path.of("..", "docs", "planning.md"))
        .content()
        .containsPattern((length == 1 ? "in the place of " : steps + " steps[^.]*") + says);
  }

  /** The evidence has what was saved from a small model of 2,400 steps; this one had 600. */
  @Test
  void whatALengthSavesIsForetoldFromAnother() throws IOException {
    Path results = Path.of("..", "docs", "results");
    JsonObject scratch = points(results.resolve("gpt2/runs/scratch@0.002-3.json"));
    JsonObject grown = points(results.resolve("sources/gpt2/copy-600@0.002-3.json"));
    double target = last(scratch, "loss");
    double saved = 1 - reached(grown, target) / last(scratch, "step");
    double worth =
        field("gpt2").source(BOTH).orElseThrow().worth("copy").orElseThrow().stream()
            .mapToDouble(v -> v)
            .average()
            .orElseThrow();
    double learned = 1 - ALL.unlearned("gpt2", BOTH).at().apply(600.0 / 3000).mean();
    // As much as seeds differ. Had what a length saves been that of scratch at the same loss, it
    // would be a sixth.
    assertThat(worth * learned).isCloseTo(saved, within(0.025));
    assertThat(planned(ALL, "gpt2").point().length() * 3000).isBetween(550.0, 650.0);
  }

  private static JsonObject points(Path run) throws IOException {
    return JsonParser.parseString(Files.readString(run))
        .getAsJsonObject()
        .getAsJsonObject("points");
  }

  private static double last(JsonObject points, String column) {
    JsonArray all = points.getAsJsonArray(column);
    return all.get(all.size() - 1).getAsDouble();
  }

  /** Returns the step of the first of two evaluations in a row at or below a loss. */
  private static double reached(JsonObject points, double loss) {
    JsonArray losses = points.getAsJsonArray("loss");
    for (int i = 1; i < losses.size(); i++) {
      if (losses.get(i - 1).getAsDouble() <= loss && losses.get(i).getAsDouble() <= loss) {
        return points.getAsJsonArray("step").get(i - 1).getAsDouble();
      }
    }
    throw new AssertionError("never at " + loss);
  }

  @Test
  void aMethodThatEverFailedIsNotPlanned() {
    // Of all families lemon saved nothing in one, where it never came to scratch's final loss.
    assertThat(measured("gpt2", "lemon")).isEmpty();
    Forecast.Small lemon = new Forecast.Small(BOTH, 0.2, Set.of("lemon"), Optional.empty());
    assertThat(new Forecast(ALL, "unheard of", 1_000_000, 1e13).proposals(List.of(lemon)))
        .isEmpty();
    assertThat(new Forecast(ALL, "bert", 1_739_392, 1e13).proposals(List.of(lemon))).hasSize(1);
  }

  @Test
  void theSmallModelThatSavesMostComesFirst() {
    Forecast.Small both = small("bert", BOTH);
    Forecast.Small deep =
        new Forecast.Small(
            Evidence.Kind.DEPTH,
            0.52,
            small("bert", Evidence.Kind.DEPTH).methods(),
            both.unlearned());
    List<Forecast.Proposal> found =
        new Forecast(ALL, "bert", 1_739_392, 1e13).proposals(List.of(deep, both));
    assertThat(found).extracting(p -> p.small().kind()).containsExactly(BOTH, Evidence.Kind.DEPTH);
  }

  @Test
  void aSmallModelThatCostsAsMuchIsNotTrained() {
    Forecast.Small dear = new Forecast.Small(BOTH, 100, Set.of("copy"), Optional.empty());
    Forecast.Proposal plan =
        new Forecast(ALL, "gpt2", 1_722_368, 1e13).proposals(List.of(dear)).get(0);
    assertThat(plan.verdict()).isEqualTo(Forecast.Verdict.SCRATCH);
  }

  @Test
  void oneFamilyIsNoEvidence() {
    Evidence one = new Evidence(List.of(field("gpt2")));
    Forecast forecast = new Forecast(one, "bert", 1_739_392, 1e13);
    assertThatThrownBy(() -> forecast.proposals(List.of(small("bert", BOTH))))
        .isInstanceOf(PlanException.class);
  }
}
