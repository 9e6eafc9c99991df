package dev.ligo.it.backends;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ligo.api.Backend;
import dev.ligo.api.DType;
import dev.ligo.core.Ligo;
import dev.ligo.core.data.BatchSource;
import dev.ligo.core.model.Architecture;
import dev.ligo.core.model.ModelSpec;
import dev.ligo.core.train.Optimizer;
import dev.ligo.core.train.Schedule;
import dev.ligo.core.train.Trainer;
import dev.ligo.core.train.TrainingOptions;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * A whole run, with micro-batches and evaluations, applies a program once where the backend traces:
 * a shape, dtype or name that changed from step to step would show as another application.
 */
class TracesTest {
  private static final int STEPS = 12;
  private static final int MICRO_BATCHES = 2;

  static final List<GoldenFamily> FAMILIES = GoldenFamily.ALL;

  @ParameterizedTest
  @FieldSource("FAMILIES")
  void aTrainingRunIsTracedOnce(GoldenFamily family) {
    try (BothBackends backends = BothBackends.open()) {
      List<Integer> traced = applications(backends.tensorflow(), family);
      // The first step's program, which holds both micro-batches, and the evaluation's before it.
      assertThat(traced).hasSize(STEPS).containsOnly(MICRO_BATCHES + 1);
      // PyTorch applies programs at each run, so the counting counts.
      assertThat(applications(backends.torch(), family).get(STEPS - 1))
          .isGreaterThanOrEqualTo(STEPS * MICRO_BATCHES);
    }
  }

  /** Returns how often the forward function was applied in the run, after each step. */
  private static List<Integer> applications(Backend backend, GoldenFamily family) {
    GoldenFamily.Subject subject = family.open(Ligo.create());
    AtomicInteger forwards = new AtomicInteger();
    ModelSpec<?> model =
        ModelSpec.of(
            counted(subject.model().architecture(), forwards),
            subject.model().json(),
            n -> subject.values().containsKey(n));
    Schedule schedule = new Schedule(Schedule.Decay.LINEAR, 1e-3, 2, STEPS, 0);
    TrainingOptions options =
        new TrainingOptions(STEPS, MICRO_BATCHES, schedule, Optimizer.adamW(0.01), 3, 2, 0);
    BatchSource data = family.batches(subject, DType.FLOAT32);
    List<Integer> counts = new ArrayList<>();
    try (Trainer trainer =
        new Trainer(backend, model.forTask(subject.task()), subject.values(), options)) {
      forwards.set(0); // it has looked for the parameters in use
      trainer.run(
          STEPS,
          data,
          Optional.of(data),
          p -> p.learning().ifPresent(l -> counts.add(forwards.get())));
    }
    return counts;
  }

  @SuppressWarnings("unchecked") // a proxy of the same interface
  private static <C> Architecture<C> counted(Architecture<C> family, AtomicInteger forwards) {
    return (Architecture<C>)
        Proxy.newProxyInstance(
            Architecture.class.getClassLoader(),
            new Class<?>[] {Architecture.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("forward")) {
                forwards.incrementAndGet();
              }
              try {
                return method.invoke(family, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }
}
