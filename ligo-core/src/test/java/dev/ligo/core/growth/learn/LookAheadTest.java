package dev.ligo.core.growth.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.ligo.api.AdamW;
import dev.ligo.api.Computation;
import dev.ligo.api.DType;
import dev.ligo.api.DeviceArray;
import dev.ligo.api.HostArray;
import dev.ligo.api.NamedTensors;
import dev.ligo.core.data.BatchSource;
import dev.ligo.core.data.ProgressListener;
import dev.ligo.core.data.SeededRandom;
import dev.ligo.core.fixtures.ExplicitOperator;
import dev.ligo.core.fixtures.FamilyTest;
import dev.ligo.core.fixtures.TinyModel;
import dev.ligo.core.fixtures.TinyTransformer;
import dev.ligo.core.fixtures.TinyValues;
import dev.ligo.core.growth.GrowthException;
import dev.ligo.core.growth.GrowthOperator;
import dev.ligo.core.growth.GrowthPlan;
import dev.ligo.core.growth.method.LigoMethod;
import dev.ligo.core.growth.method.LigoOptions;
import dev.ligo.core.model.TaskModel;
import dev.ligo.core.train.BackendGradients;
import dev.ligo.core.train.Optimizer;
import dev.ligo.core.train.Schedule;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The loss after some steps of training, and its gradient, against plain descent by hand. */
class LookAheadTest extends FamilyTest {
  private static final int STEPS = 3;
  private static final double RATE = 0.05;

  /** Central differences by 1e-5: 1e-10 of truncation, 1e-11 of rounding, with room. */
  private static final double DIFFERENCE = 1e-8;

  private static final Optimizer DESCENT =
      new Optimizer(Optimizer.Kind.SGD, new AdamW(0, 0, 1, 0), 0);

  private final GrowthPlan plan =
      new GrowthPlan(TinyTransformer.encoder(2, 4, 2, 6), TinyTransformer.encoder(3, 6, 3, 8));
  private final Map<String, HostArray> small = TinyValues.of(plan.small(), 2);
  private final BatchSource batches = TinyValues.batches();

  private GrowthOperator start(int ahead) {
    LigoOptions options = LigoOptions.defaults().withLookAhead(ahead);
    return new LigoMethod(options).operator(plan, 1);
  }

  private TaskModel<?> large() {
    return plan.large().forTask(plan.small().heads().get(0).name());
  }

  private static OperatorTraining.Options once() {
    return new OperatorTraining.Options(
        new Schedule(Schedule.Decay.CONSTANT, RATE, 0, 1, 0), DESCENT, false, DType.FLOAT64);
  }

  private OperatorTraining.Result learn(
      GrowthOperator start, Optional<BackendGradients> elsewhere) {
    return OperatorTraining.run(
        backend,
        plan,
        start,
        large().name(),
        small::get,
        batches,
        once(),
        0,
        ProgressListener.SILENT,
        Optional.empty(),
        elsewhere.map(g -> g));
  }

  /** Returns the loss of a batch and, by the names of parameters, its gradients. */
  private Map<String, HostArray> lossAndGradients(Map<String, HostArray> parameters, int batch) {
    Map<String, HostArray> inputs = new TreeMap<>();
    parameters.forEach((n, a) -> inputs.put("parameter/" + n, a));
    batches.batch(batch).forEach((n, a) -> inputs.put("batch/" + n, a));
    Map<String, DeviceArray> arrays = backend.arrays(inputs);
    Map<String, HostArray> out = new TreeMap<>();
    try (Computation computation =
        backend.compile(
            (t, in) -> {
              var of =
                  t.valueAndGradients(
                      p -> large().loss(t, p, in.under("batch/"), false), in.under("parameter/"));
              return NamedTensors.of("loss", of.value()).with(of.gradients().prefixed("of/"));
            })) {
      computation.run(arrays).forEach((n, a) -> out.put(n, a.toHost()));
    }
    return out;
  }

  private Map<String, HostArray> grown(GrowthOperator operator) {
    Map<String, HostArray> grown = TinyModel.grown(backend, operator, small);
    grown.keySet().retainAll(large().used());
    return grown;
  }

  /** Returns how far the parameters move in steps of plain descent. */
  private Map<String, double[]> moves(Map<String, HostArray> begun) {
    Map<String, HostArray> now = begun;
    for (int i = 0; i < STEPS; i++) {
      Map<String, HostArray> of = lossAndGradients(now, i);
      Map<String, HostArray> gradients = new TreeMap<>();
      now.keySet().forEach(n -> gradients.put(n, of.get("of/" + n)));
      now = TinyModel.descended(now, gradients, RATE);
    }
    Map<String, double[]> moves = new TreeMap<>();
    now.forEach(
        (n, a) -> {
          double[] move = a.toDoubles();
          for (int i = 0; i < move.length; i++) {
            move[i] -= begun.get(n).get(i);
          }
          moves.put(n, move);
        });
    return moves;
  }

  /** Returns the loss of the next batch where an operator's parameters have moved so far. */
  private double loss(GrowthOperator operator, Map<String, double[]> moves) {
    Map<String, HostArray> moved = new TreeMap<>();
    grown(operator)
        .forEach(
            (n, a) -> {
              double[] values = a.toDoubles();
              for (int i = 0; i < values.length; i++) {
                values[i] += moves.get(n)[i];
              }
              moved.put(n, HostArray.of(a.shape(), values));
            });
    return lossAndGradients(moved, STEPS).get("loss").get(0);
  }

  @Test
  void theGradientIsThatOfTheLossAfterSomeStepsOfTraining() {
    GrowthOperator start = start(STEPS);
    Map<String, double[]> moves = moves(grown(start));
    OperatorTraining.Result result = learn(start, Optional.empty());
    assertThat(result.losses().get(0)).isCloseTo(loss(start, moves), within(1e-12));
    Map<String, double[]> still = new TreeMap<>(moves);
    still.replaceAll((n, m) -> new double[m.length]);
    assertThat(loss(start, still)).isNotCloseTo(loss(start, moves), within(1e-3));
    start
        .factors()
        .forEach(
            (name, before) -> {
              int entry = new SeededRandom(4, name).nextInt(before.size());
              double gradient =
                  (before.get(entry) - result.operator().factors().get(name).get(entry)) / RATE;
              double difference =
                  (loss(ExplicitOperator.moved(start, name, entry, 1e-5), moves)
                          - loss(ExplicitOperator.moved(start, name, entry, -1e-5), moves))
                      / 2e-5;
              assertThat(gradient).as(name).isCloseTo(difference, within(DIFFERENCE));
            });
  }

  @Test
  void everyStepAheadIsCounted() {
    long none = flops(0);
    assertThat(flops(STEPS)).isGreaterThan(none);
    assertThat(flops(2 * STEPS) - flops(STEPS)).isEqualTo(flops(STEPS) - none);
  }

  private long flops(int ahead) {
    return learn(start(ahead), Optional.empty()).flops();
  }

  @Test
  void gradientsFromElsewhereAreRefused() {
    GrowthOperator start = start(1);
    try (BackendGradients gradients =
        OperatorTraining.gradients(backend, plan, start, large().name(), small::get, once())) {
      assertThatThrownBy(() -> learn(start, Optional.of(gradients)))
          .isInstanceOf(GrowthException.class)
          .hasMessageContaining("look_ahead");
    }
  }
}
