package dev.ligo.core.growth.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.ligo.api.AdamW;
import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import dev.ligo.core.data.ProgressListener;
import dev.ligo.core.data.SeededRandom;
import dev.ligo.core.fixtures.ExplicitOperator;
import dev.ligo.core.fixtures.FamilyTest;
import dev.ligo.core.fixtures.TinyTransformer;
import dev.ligo.core.fixtures.TinyValues;
import dev.ligo.core.growth.AxisMap;
import dev.ligo.core.growth.GrowthOperator;
import dev.ligo.core.growth.GrowthPlan;
import dev.ligo.core.growth.method.LigoMethod;
import dev.ligo.core.growth.method.LigoOptions;
import dev.ligo.core.train.BackendGradients;
import dev.ligo.core.train.GradientSource;
import dev.ligo.core.train.Optimizer;
import dev.ligo.core.train.Schedule;
import dev.ligo.core.train.TrainingException;
import dev.ligo.core.train.TrainingOptions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The gradient of the large model's loss for every factor, against central finite differences. */
class OperatorGradientTest extends FamilyTest {
  /** The step of the differences: its truncation error is about 1e-10, its rounding 1e-11. */
  private static final double STEP = 1e-5;

  /** Both errors above, relative to the largest gradient of the factor, with room for curvature. */
  private static final double TOLERANCE = 1e-6;

  private static final int ENTRIES = 3;

  @ParameterizedTest
  @EnumSource(AxisMap.Sharing.class)
  void everyFactorsGradientEqualsFiniteDifferences(AxisMap.Sharing sharing) {
    check(LigoOptions.defaults().withSharing(sharing));
  }

  @Test
  void aHeadsOwnFactorHasItsGradientToo() {
    LigoOptions options = LigoOptions.defaults().withHead(LigoOptions.Head.OWN);
    assertThat(check(options)).containsKeys("width/embed", "width/embed/transform");
  }

  /** With V = 0 a step moves V by −Gᵀ U, and so the factor by −U Uᵀ G. */
  @ParameterizedTest
  @EnumSource(AxisMap.Sharing.class)
  void aLowRankMovesByTheFactorsGradientTimesItsOwnHalf(AxisMap.Sharing sharing) {
    GrowthPlan plan =
        new GrowthPlan(TinyTransformer.encoder(2, 4, 2, 6), TinyTransformer.encoder(3, 6, 3, 8));
    LigoOptions options = LigoOptions.defaults().withSharing(sharing).withRank(2);
    GrowthOperator low = ExplicitOperator.randomised(new LigoMethod(options).operator(plan, 1));
    Map<String, HostArray> small = TinyValues.of(plan.small(), 2);
    Map<String, HostArray> whole =
        gradients(plan, low.withLearned(GrowthOperator.Learned.FACTORS), small);
    Map<String, HostArray> variables =
        new LearnedFactors(low, List.copyOf(low.parameters().values())).variables(DType.FLOAT64);
    gradients(plan, low, small)
        .forEach(
            (name, moved) -> {
              HostArray gradient = whole.get(name);
              HostArray expected =
                  name.startsWith("width/")
                      ? projected(variables.get("left/" + name), gradient)
                      : gradient;
              assertThat(moved.toDoubles())
                  .as(name)
                  .containsExactly(expected.toDoubles(), within(1e-12));
            });
    assertThat(variables.keySet()).contains("factor/depth/layers.{}.attention.output.weight");
  }

  /** Returns U Uᵀ G, for each layer that has a factor of its own. */
  private static HostArray projected(HostArray u, HostArray gradient) {
    int rank = u.shape().dim(u.shape().rank() - 1);
    int rows = u.shape().dim(u.shape().rank() - 2);
    int small = gradient.shape().dim(u.shape().rank() - 1);
    HostArray out = HostArray.zeros(DType.FLOAT64, gradient.shape());
    for (int i = 0; i < out.size(); i++) {
      int row = i / small;
      int layer = row / rows;
      double sum = 0;
      for (int m = layer * rows; m < (layer + 1) * rows; m++) {
        for (int k = 0; k < rank; k++) {
          sum += u.get(row * rank + k) * u.get(m * rank + k) * gradient.get(m * small + i % small);
        }
      }
      out.set(i, sum);
    }
    return out;
  }

  /** Before the first of the steps, which would never end. */
  @Test
  void moreOperationsThanCanBeCountedAreRefused() {
    GrowthPlan plan =
        new GrowthPlan(
            TinyTransformer.encoder(2, 4, 2, 6), TinyTransformer.encoder(3, 64, 32, 128));
    GrowthOperator operator = new LigoMethod(LigoOptions.defaults()).operator(plan, 1);
    Map<String, HostArray> small = TinyValues.of(plan.small(), 2);
    OperatorTraining.Options options =
        OperatorTraining.Options.of(Schedule.MOST_STEPS, 1e-3)
            .withDtype(DType.FLOAT64)
            .withMicroBatches(TrainingOptions.MOST_MICRO_BATCHES);
    assertThatThrownBy(() -> learn(plan, operator, small, options, Optional.empty()))
        .isInstanceOf(TrainingException.class)
        .hasMessageStartingWith("the operator would learn in more than 9223372036854775807")
        .hasMessageEndingWith("; name fewer steps.");
  }

  @Test
  void gradientsFromElsewhereLearnTheSame() {
    GrowthPlan plan =
        new GrowthPlan(TinyTransformer.encoder(2, 4, 2, 6), TinyTransformer.encoder(3, 6, 3, 8));
    GrowthOperator operator = new LigoMethod(LigoOptions.defaults()).operator(plan, 1);
    Map<String, HostArray> small = TinyValues.of(plan.small(), 2);
    OperatorTraining.Options options =
        OperatorTraining.Options.of(10, 1e-3)
            .withDropout(false)
            .withDtype(DType.FLOAT64)
            .withMicroBatches(2);
    Map<String, HostArray> here =
        learn(plan, operator, small, options, Optional.empty()).operator().factors();
    try (BackendGradients gradients =
        OperatorTraining.gradients(backend, plan, operator, task(plan), small::get, options)) {
      Map<String, HostArray> elsewhere =
          learn(plan, operator, small, options, Optional.of(gradients)).operator().factors();
      here.forEach(
          (name, factor) ->
              assertThat(elsewhere.get(name).toDoubles())
                  .as(name)
                  .containsExactly(factor.toDoubles(), within(1e-12)));
    }
    assertThat(here.get("width/embed").toDoubles())
        .as("the factors have moved")
        .isNotEqualTo(operator.factors().get("width/embed").toDoubles());
  }

  /** Checks every factor, and returns the gradients by the factors' names. */
  private Map<String, HostArray> check(LigoOptions form) {
    GrowthPlan plan =
        new GrowthPlan(TinyTransformer.encoder(2, 4, 2, 6), TinyTransformer.encoder(3, 6, 3, 8));
    LigoOptions options =
        form.withStart(LigoOptions.DepthStart.STACK, 0, LigoOptions.WidthStart.SELECTION);
    GrowthOperator operator =
        ExplicitOperator.randomised(new LigoMethod(options).operator(plan, 1));
    Map<String, HostArray> small = TinyValues.of(plan.small(), 2);
    Map<String, HostArray> gradients = gradients(plan, operator, small);
    gradients.forEach(
        (name, gradient) -> {
          double largest = 0;
          for (int i = 0; i < gradient.size(); i++) {
            largest = Math.max(largest, Math.abs(gradient.get(i)));
          }
          // Keys' biases shift a query's scores alike: the true gradient is 0.
          boolean flat = name.equals("depth/layers.{}.attention.key.bias");
          assertThat(largest).as("the gradient for %s", name).isGreaterThan(flat ? -1 : 1e-6);
          SeededRandom random = new SeededRandom(4, name);
          for (int n = 0; n < ENTRIES; n++) {
            int entry = random.nextInt(gradient.size());
            double difference =
                (loss(plan, ExplicitOperator.moved(operator, name, entry, STEP), small)
                        - loss(plan, ExplicitOperator.moved(operator, name, entry, -STEP), small))
                    / (2 * STEP);
            assertThat(Math.abs(gradient.get(entry) - difference))
                .as("%s, entry %d", name, entry)
                .isLessThanOrEqualTo(TOLERANCE * Math.max(largest, 1e-2));
          }
        });
    return gradients;
  }

  /** One step of plain descent by a rate of 1 moves each factor by its gradient. */
  private Map<String, HostArray> gradients(
      GrowthPlan plan, GrowthOperator operator, Map<String, HostArray> small) {
    GrowthOperator after = step(plan, operator, small).operator();
    Map<String, HostArray> gradients = new TreeMap<>();
    operator
        .factors()
        .forEach(
            (n, before) -> {
              HostArray g = HostArray.zeros(DType.FLOAT64, before.shape());
              for (int i = 0; i < g.size(); i++) {
                g.set(i, before.get(i) - after.factors().get(n).get(i));
              }
              gradients.put(n, g);
            });
    return gradients;
  }

  private double loss(GrowthPlan plan, GrowthOperator operator, Map<String, HostArray> small) {
    return step(plan, operator, small).losses().get(0);
  }

  private OperatorTraining.Result step(
      GrowthPlan plan, GrowthOperator operator, Map<String, HostArray> small) {
    OperatorTraining.Options options =
        new OperatorTraining.Options(
            new Schedule(Schedule.Decay.CONSTANT, 1, 0, 1, 0),
            new Optimizer(Optimizer.Kind.SGD, new AdamW(0, 0, 1, 0), 0),
            false,
            DType.FLOAT64);
    return learn(plan, operator, small, options, Optional.empty());
  }

  private OperatorTraining.Result learn(
      GrowthPlan plan,
      GrowthOperator operator,
      Map<String, HostArray> small,
      OperatorTraining.Options options,
      Optional<GradientSource> elsewhere) {
    return OperatorTraining.run(
        backend,
        plan,
        operator,
        task(plan),
        small::get,
        TinyValues.batches(),
        options,
        0,
        ProgressListener.SILENT,
        Optional.empty(),
        elsewhere);
  }

  private static String task(GrowthPlan plan) {
    return plan.small().heads().get(0).name();
  }
}
