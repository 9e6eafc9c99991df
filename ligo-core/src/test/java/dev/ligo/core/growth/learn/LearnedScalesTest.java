package dev.ligo.core.growth.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.ligo.api.AdamW;
import dev.ligo.api.Computation;
import dev.ligo.api.DType;
import dev.ligo.api.DeviceArray;
import dev.ligo.api.HostArray;
import dev.ligo.core.data.BatchSource;
import dev.ligo.core.data.ProgressListener;
import dev.ligo.core.data.SeededRandom;
import dev.ligo.core.fixtures.FamilyTest;
import dev.ligo.core.fixtures.TinyModel;
import dev.ligo.core.fixtures.TinyValues;
import dev.ligo.core.growth.AxisMap;
import dev.ligo.core.growth.GrowthException;
import dev.ligo.core.growth.GrowthOperator;
import dev.ligo.core.growth.GrowthPlan;
import dev.ligo.core.growth.OperatorFile;
import dev.ligo.core.growth.ParameterGrowth;
import dev.ligo.core.growth.ParameterGrowth.Fill;
import dev.ligo.core.growth.method.LigoMethod;
import dev.ligo.core.growth.method.LigoOptions;
import dev.ligo.core.hyperparameter.HyperparameterException;
import dev.ligo.core.model.Sizes;
import dev.ligo.core.train.Optimizer;
import dev.ligo.core.train.Schedule;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Scales of fresh values and of copies that are learned beside the factors, or alone. */
public class LearnedScalesTest extends FamilyTest {
  private static final long SEED = 5;

  /** The step of the differences, along which all parameters move: both its errors are 1e-9. */
  private static final double STEP = 1e-6;

  /** Both errors above, relative to the derivative, with room. */
  private static final double DIFFERENCE = 1e-6;

  /** Sums of some dozen products of numbers around 1, in two orders. */
  private static final double ROUNDING = 1e-12;

  private static final Optimizer DESCENT =
      new Optimizer(Optimizer.Kind.SGD, new AdamW(0, 0, 1, 0), 0);

  /** Returns families with what of an operator from copies is learned, and the sizes. */
  protected Stream<Object[]> learned() {
    LigoOptions copies = LigoOptions.defaults().withStart(ligo.method("copy")).withScaleRate(1);
    Sizes larger = wide(16, 4, 24).withLayers(4);
    return kinds().stream()
        .flatMap(
            family ->
                Stream.of(
                    new Object[] {family, copies, larger},
                    new Object[] {family, copies, wide(16, 4, 24)},
                    new Object[] {family, copies.withOnlyScales(), larger},
                    new Object[] {family, copies.withStart(ligo.method("szp")), larger}));
  }

  private static GrowthOperator operator(LigoOptions options, GrowthPlan plan) {
    return new LigoMethod(options).operator(plan, SEED);
  }

  private OperatorTraining.Result learn(
      TinyModel family, GrowthPlan plan, GrowthOperator start, OperatorTraining.Options options) {
    Map<String, HostArray> small = TinyValues.of(plan.small(), 2);
    SortedMap<String, HostArray> batch = family.batch(plan.large());
    BatchSource batches =
        new BatchSource() {
          @Override
          public SortedMap<String, HostArray> batch(long index) {
            return batch;
          }

          @Override
          public long batchesPerPass() {
            return Long.MAX_VALUE;
          }
        };
    return OperatorTraining.run(
        backend,
        plan,
        start,
        family.task(),
        small::get,
        batches,
        options,
        0,
        ProgressListener.SILENT);
  }

  /** A step of plain descent by a rate of 1. */
  private OperatorTraining.Result step(TinyModel family, GrowthPlan plan, GrowthOperator start) {
    Schedule once = new Schedule(Schedule.Decay.CONSTANT, 1, 0, 1, 0);
    return learn(
        family, plan, start, new OperatorTraining.Options(once, DESCENT, false, DType.FLOAT64));
  }

  private OperatorTraining.Result steps(TinyModel family, GrowthPlan plan, GrowthOperator start) {
    return learn(
        family,
        plan,
        start,
        OperatorTraining.Options.of(5, 1e-2).withDropout(false).withDtype(DType.FLOAT64));
  }

  /** A direction along which the scales of one block move, or with no block those of copies. */
  private record Direction(Optional<Fill.Block> block) {
    /** Returns how far a parameter's scale moves, a number of its own. */
    double of(ParameterGrowth g) {
      return 1 + new SeededRandom(7, g.name()).nextDouble();
    }

    boolean moves(ParameterGrowth g) {
      return block.isPresent()
          ? g.isFilled()
          : g.terms().noneMatch(t -> t.depth() instanceof AxisMap.Factor);
    }

    GrowthOperator moved(GrowthOperator operator, double by) {
      return operator.withParameters(
          operator.parameters().values().stream().map(g -> moved(g, by * of(g))).toList());
    }

    private ParameterGrowth moved(ParameterGrowth g, double by) {
      if (!moves(g)) {
        return g;
      }
      return block.isPresent()
          ? g.with(g.parts(), Fill.of(b -> g.fill().scale(b) + (b == block.get() ? by : 0)))
          : g.with(
              g.parts().stream()
                  .map(terms -> terms.stream().map(t -> t.times(1 + by)).toList())
                  .toList(),
              g.fill());
    }

    /** Returns the derivative that a step of descent by 1 shows. */
    double derivative(GrowthOperator before, GrowthOperator after) {
      double sum = 0;
      for (ParameterGrowth g : before.parameters().values()) {
        if (moves(g)) {
          ParameterGrowth a = after.parameters().get(g.name());
          double gradient =
              block.isPresent()
                  ? g.fill().scale(block.get()) - a.fill().scale(block.get())
                  : 1 - copied(g, a);
          sum += gradient * of(g);
        }
      }
      return sum;
    }

    /** Returns by what the terms were multiplied. */
    private static double copied(ParameterGrowth before, ParameterGrowth after) {
      return scale(after) / scale(before);
    }

    private static double scale(ParameterGrowth g) {
      AxisMap depth = g.parts().get(0).get(0).depth();
      return depth instanceof AxisMap.Selection s ? s.scale(0) : 1;
    }
  }

  @ParameterizedTest(name = "{0}, {2}")
  @MethodSource("learned")
  void derivativesEqualFiniteDifferences(TinyModel family, LigoOptions options, Sizes sizes) {
    GrowthPlan plan = GrowthPlan.of(family.model(ligo), sizes);
    GrowthOperator start = operator(options, plan);
    GrowthOperator after = step(family, plan, start).operator();
    int moving = 0;
    for (Direction direction :
        Stream.concat(
                Stream.of(Optional.<Fill.Block>empty()),
                Stream.of(Fill.Block.values()).map(Optional::of))
            .map(Direction::new)
            .toList()) {
      double found = direction.derivative(start, after);
      double difference =
          (loss(family, plan, direction.moved(start, STEP))
                  - loss(family, plan, direction.moved(start, -STEP)))
              / (2 * STEP);
      assertThat(found)
          .as("along %s", direction)
          .isCloseTo(difference, within(DIFFERENCE * Math.max(0.1, Math.abs(difference))));
      moving += Math.abs(found) > 1e-6 ? 1 : 0;
    }
    assertThat(moving).as("directions with a derivative").isEqualTo(5);
  }

  private double loss(TinyModel family, GrowthPlan plan, GrowthOperator operator) {
    return step(family, plan, operator).losses().get(0);
  }

  /** What the program computes with while it learns is what the learned operator makes. */
  @ParameterizedTest(name = "{0}, {2}")
  @MethodSource("learned")
  void theProgramGrowsWhatTheLearnedOperatorGrows(
      TinyModel family, LigoOptions options, Sizes sizes) {
    GrowthPlan plan = GrowthPlan.of(family.model(ligo), sizes);
    GrowthOperator start = operator(options.withScaleRate(3), plan);
    OperatorObjective objective =
        new OperatorObjective(plan.large().forTask(family.task()), start, false);
    Map<String, HostArray> small = TinyValues.of(plan.small(), 2);
    Map<String, HostArray> constants = objective.constants(small::get, DType.FLOAT64);
    Map<String, HostArray> variables = objective.variables(constants, DType.FLOAT64);
    variables.replaceAll((n, a) -> TinyValues.random(a.shape(), 4, n, n.startsWith("factor")));
    Map<String, HostArray> inputs = new TreeMap<>();
    variables.forEach((n, a) -> inputs.put("variable/" + n, a));
    constants.forEach((n, a) -> inputs.put("constant/" + n, a));
    Map<String, HostArray> grown = TinyModel.grown(backend, objective.learned(variables), small);
    Map<String, DeviceArray> arrays = backend.arrays(inputs);
    try (Computation computation =
        backend.compile(
            (t, in) -> objective.grow(t, in.under("variable/"), in.under("constant/")))) {
      computation
          .run(arrays)
          .forEach(
              (n, a) -> {
                assertThat(a.toHost().toDoubles())
                    .as(n)
                    .containsExactly(grown.get(n).toDoubles(), within(ROUNDING));
                a.close();
              });
    } finally {
      arrays.values().forEach(DeviceArray::close);
    }
  }

  @ParameterizedTest(name = "{0}, {2}")
  @MethodSource("learned")
  void whatIsLearnedStandsInTheOperatorsFile(
      TinyModel family, LigoOptions options, Sizes sizes, @TempDir Path directory) {
    GrowthPlan plan = GrowthPlan.of(family.model(ligo), sizes);
    GrowthOperator start = operator(options.withScaleRate(10), plan);
    OperatorTraining.Result result = steps(family, plan, start);
    GrowthOperator learned = result.operator();
    assertThat(result.losses().get(4)).isLessThan(result.losses().get(0));
    assertThat(result.scalars()).isGreaterThan(start.scalars());
    assertThat(learned.isSelection()).isEqualTo(options.onlyScales());
    learned
        .parameters()
        .forEach(
            (n, g) -> {
              if (g.isFilled() && g.large().initializer().deviation() > 0) {
                assertThat(g.fill()).as(n).isNotEqualTo(start.parameters().get(n).fill());
              }
            });
    Map<String, HostArray> small = TinyValues.of(plan.small(), 2);
    Map<String, HostArray> grown = TinyModel.grown(backend, learned, small);
    Path file = directory.resolve("operator.safetensors");
    OperatorFile.write(learned, file);
    assertSame(TinyModel.grown(backend, OperatorFile.read(file, plan), small), grown);
  }

  /** Where nothing has moved yet, the operator is the one that learning starts from. */
  @ParameterizedTest(name = "{0}, {2}")
  @MethodSource("learned")
  void learningBeginsAtTheStart(TinyModel family, LigoOptions options, Sizes sizes) {
    GrowthPlan plan = GrowthPlan.of(family.model(ligo), sizes);
    GrowthOperator start = operator(options, plan);
    OperatorObjective objective =
        new OperatorObjective(plan.large().forTask(family.task()), start, false);
    Map<String, HostArray> small = TinyValues.of(plan.small(), 2);
    Map<String, HostArray> constants = objective.constants(small::get, DType.FLOAT64);
    GrowthOperator begun = objective.learned(objective.variables(constants, DType.FLOAT64));
    Map<String, HostArray> expected =
        TinyModel.grown(
            backend,
            options.onlyScales()
                ? ligo.method("copy").operator(plan, SEED)
                : operator(options.withScaleRate(0), plan),
            small);
    for (GrowthOperator same : new GrowthOperator[] {start, begun}) {
      assertSame(TinyModel.grown(backend, same, small), expected);
    }
  }

  private static void assertSame(Map<String, HostArray> found, Map<String, HostArray> expected) {
    assertThat(found.keySet()).isEqualTo(expected.keySet());
    expected.forEach((n, a) -> assertThat(found.get(n).bytes()).as(n).isEqualTo(a.bytes()));
  }

  @Test
  void whatIsLearnedIsChecked() {
    LigoOptions defaults = LigoOptions.defaults();
    assertThatThrownBy(() -> defaults.withScaleRate(-1))
        .isInstanceOf(HyperparameterException.class)
        .hasMessageContaining("scale_rate");
    assertThatThrownBy(() -> defaults.withScaleRate(Double.NaN))
        .isInstanceOf(HyperparameterException.class);
    assertThatThrownBy(() -> defaults.withRank(-1))
        .isInstanceOf(HyperparameterException.class)
        .hasMessageContaining("rank");
    assertThatThrownBy(() -> defaults.withLookAhead(-1))
        .isInstanceOf(HyperparameterException.class)
        .hasMessageContaining("look_ahead");
    LigoOptions alone = defaults.withOnlyScales();
    GrowthPlan plan = GrowthPlan.of(kinds().get(0).model(ligo), Sizes.SAME.withLayers(4));
    for (LigoOptions lacking :
        List.of(alone, alone.withScaleRate(1), alone.withStart(ligo.method("copy")))) {
      assertThatThrownBy(() -> operator(lacking, plan))
          .isInstanceOf(GrowthException.class)
          .hasMessageContaining("name the method as the start, and a scale_rate above 0");
    }
    assertThatThrownBy(() -> new GrowthOperator.Learned(0, Double.POSITIVE_INFINITY, 0))
        .isInstanceOf(GrowthException.class);
  }
}
