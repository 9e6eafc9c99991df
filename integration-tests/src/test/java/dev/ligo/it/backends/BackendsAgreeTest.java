package dev.ligo.it.backends;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ligo.api.Backend;
import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import dev.ligo.api.LigoException;
import dev.ligo.core.Ligo;
import dev.ligo.core.data.ProgressListener;
import dev.ligo.core.growth.GrowthMethod;
import dev.ligo.core.growth.GrowthOperator;
import dev.ligo.core.growth.GrowthPlan;
import dev.ligo.core.growth.apply.OperatorApplication;
import dev.ligo.core.growth.learn.OperatorTraining;
import dev.ligo.core.growth.method.LigoMethod;
import dev.ligo.core.train.Optimizer;
import dev.ligo.core.train.Schedule;
import dev.ligo.core.train.Trainer;
import dev.ligo.core.train.TrainingOptions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** From the same bytes, every family trains and grows alike on PyTorch and on TensorFlow. */
class BackendsAgreeTest {
  private static final int STEPS = 50;
  private static final int OPERATOR_STEPS = 20;

  /**
   * So low that no family's training magnifies its roundings. The Gemma checkpoint has gradients of
   * 100: in float64, one rounding to float32 of the first parameters moves a later loss by 1e-6 at
   * this rate, and by 2e-5 at 1e-3.
   */
  private static final double LEARNING_RATE = 1e-4;

  private static final double OPERATOR_LEARNING_RATE = 1e-3;

  /** Some hundred roundings of 6e-8 in a step's sums, grown by the steps before. */
  private static final double SINGLE = 5e-5;

  /** Roundings of 1e-16, grown likewise; relative. */
  private static final double DOUBLE = 1e-12;

  /**
   * AdamW divides a gradient by its own size: one that is what is left of terms a million times as
   * large keeps their roundings. Relative to the largest factor.
   */
  private static final double LEARNED = 1e-7;

  /** One product in float32, relative to the largest entry. */
  private static final double PRODUCT = 1e-6;

  private static BothBackends backends;
  private static Ligo ligo;

  @BeforeAll
  static void open() {
    backends = BothBackends.open();
    ligo = Ligo.create();
  }

  @AfterAll
  static void close() {
    backends.assertNothingIsLeft();
    backends.close();
  }

  static Stream<GoldenFamily> families() {
    return GoldenFamily.ALL.stream();
  }

  static Stream<GrowthMethod> methodsThatDoNotLearn() {
    return Ligo.create().methods().values().stream().filter(m -> !m.learns());
  }

  @Test
  void everyFamilyHasAGoldenCheckpoint() {
    assertThat(GoldenFamily.ALL)
        .isNotEmpty()
        .allSatisfy(
            f ->
                assertThat(f.checkpoint())
                    .as("a checkpoint with the head of %s's first task, of the golden files", f)
                    .isNotEqualTo("none"));
  }

  @ParameterizedTest
  @MethodSource("families")
  void lossesOfATrainingAgree(GoldenFamily family) {
    List<Double> torch = losses(backends.torch(), family, DType.FLOAT32);
    List<Double> tensorflow = losses(backends.tensorflow(), family, DType.FLOAT32);
    for (int i = 0; i < STEPS; i++) {
      assertThat(Math.abs(tensorflow.get(i) - torch.get(i)))
          .as("float32, step %d", i + 1)
          .isLessThanOrEqualTo(SINGLE);
    }
    torch = losses(backends.torch(), family, DType.FLOAT64);
    tensorflow = losses(backends.tensorflow(), family, DType.FLOAT64);
    for (int i = 0; i < STEPS; i++) {
      assertThat(Math.abs(tensorflow.get(i) / torch.get(i) - 1))
          .as("float64, step %d", i + 1)
          .isLessThanOrEqualTo(DOUBLE);
    }
    assertThat(torch.get(STEPS - 1)).as("it trains").isNotEqualTo(torch.get(0));
  }

  private static List<Double> losses(Backend backend, GoldenFamily family, DType dtype) {
    GoldenFamily.Subject subject = family.open(ligo);
    List<Double> losses = new ArrayList<>();
    TrainingOptions options =
        new TrainingOptions(
            STEPS, 1, constant(LEARNING_RATE, STEPS), Optimizer.adamW(0.01), STEPS, 1, 0);
    try (Trainer trainer =
        new Trainer(
            backend, subject.model().forTask(subject.task()), subject.values(dtype), options)) {
      trainer.run(
          STEPS,
          family.batches(subject, dtype),
          Optional.empty(),
          p -> p.learning().ifPresent(l -> losses.add(l.loss())));
    }
    return losses;
  }

  private static Schedule constant(double rate, long steps) {
    return new Schedule(Schedule.Decay.CONSTANT, rate, 0, steps, 0);
  }

  @ParameterizedTest
  @MethodSource("families")
  void learnedOperatorsAgree(GoldenFamily family) {
    GrowthOperator torch = learned(backends.torch(), family);
    GrowthOperator tensorflow = learned(backends.tensorflow(), family);
    assertThat(tensorflow.factors().keySet()).isEqualTo(torch.factors().keySet()).isNotEmpty();
    torch.factors().forEach((n, a) -> assertNear(n, tensorflow.factors().get(n), a, LEARNED));
    torch.fresh().forEach((n, a) -> assertNear(n, tensorflow.fresh().get(n), a, LEARNED));
  }

  private static GrowthOperator learned(Backend backend, GoldenFamily family) {
    GoldenFamily.Subject subject = family.open(ligo);
    GrowthPlan plan = subject.larger();
    OperatorTraining.Result result =
        OperatorTraining.run(
            backend,
            plan,
            new LigoMethod().operator(plan, 1),
            subject.task(),
            subject::value,
            family.batches(subject, DType.FLOAT64),
            new OperatorTraining.Options(
                constant(OPERATOR_LEARNING_RATE, OPERATOR_STEPS),
                Optimizer.adamW(0.01),
                false,
                DType.FLOAT64),
            0,
            ProgressListener.SILENT);
    assertThat(result.movement()).isPositive();
    return result.operator();
  }

  @ParameterizedTest
  @MethodSource("methodsThatDoNotLearn")
  void aMethodThatDoesNotLearnGrowsTheSameCheckpoint(GrowthMethod method) {
    int grown = 0;
    for (GoldenFamily family : GoldenFamily.ALL) {
      GoldenFamily.Subject subject = family.open(ligo);
      for (GrowthPlan plan : plans(subject)) {
        Optional<GrowthOperator> operator = operator(method, plan);
        if (operator.isPresent()) {
          grown++;
          assertSame(family, operator.get(), subject);
        }
      }
    }
    assertThat(grown).as("growths that " + method.name() + " is defined for").isPositive();
  }

  /** Deeper, wider, and both: a method may be defined for one of them alone. */
  private static List<GrowthPlan> plans(GoldenFamily.Subject subject) {
    return Stream.of(GoldenFamily.DEEPER, GoldenFamily.WIDER, GoldenFamily.LARGER)
        .map(sizes -> GrowthPlan.of(subject.model(), sizes))
        .toList();
  }

  private static Optional<GrowthOperator> operator(GrowthMethod method, GrowthPlan plan) {
    try {
      return Optional.of(method.operator(plan, 1));
    } catch (LigoException refused) {
      return Optional.empty();
    }
  }

  private static void assertSame(
      GoldenFamily family, GrowthOperator operator, GoldenFamily.Subject subject) {
    Map<String, HostArray> torch = grown(backends.torch(), operator, subject);
    Map<String, HostArray> tensorflow = grown(backends.tensorflow(), operator, subject);
    assertThat(tensorflow.keySet()).isEqualTo(torch.keySet());
    torch.forEach(
        (n, a) -> {
          String what = family + " by " + operator.method() + ": " + n;
          if (operator.isSelection()) {
            assertThat(tensorflow.get(n).bytes()).as(what).isEqualTo(a.bytes());
          } else {
            assertNear(what, tensorflow.get(n), a, PRODUCT);
          }
        });
  }

  private static Map<String, HostArray> grown(
      Backend backend, GrowthOperator operator, GoldenFamily.Subject subject) {
    Map<String, HostArray> large = new TreeMap<>();
    new OperatorApplication(operator, subject::value, () -> backend).run(large::put);
    return large;
  }

  /** Compares values relative to the largest reference magnitude. */
  private static void assertNear(
      String what, HostArray found, HostArray reference, double tolerance) {
    assertThat(found.spec()).as(what).isEqualTo(reference.spec());
    double largest = Arrays.stream(reference.toDoubles()).map(Math::abs).max().orElse(0);
    for (int i = 0; i < reference.size(); i++) {
      assertThat(Math.abs(found.get(i) - reference.get(i)))
          .as("%s at %d", what, i)
          .isLessThanOrEqualTo(tolerance * largest);
    }
  }
}
