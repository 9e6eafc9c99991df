package dev.ligo.core.train.strategy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.ligo.api.AdamW;
import dev.ligo.api.Computation;
import dev.ligo.api.DeviceArray;
import dev.ligo.api.HostArray;
import dev.ligo.api.NamedTensors;
import dev.ligo.api.Tensors;
import dev.ligo.core.data.SeededRandom;
import dev.ligo.core.fixtures.RunsTest;
import dev.ligo.core.fixtures.TinyRuns;
import dev.ligo.core.model.ModelSpec;
import dev.ligo.core.model.Scores;
import dev.ligo.core.model.StackTransform;
import dev.ligo.core.train.Moments;
import dev.ligo.core.train.Optimizer;
import dev.ligo.core.train.Schedule;
import dev.ligo.core.train.Trainer;
import dev.ligo.core.train.TrainingOptions;
import dev.ligo.core.train.TrainingSetup;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Knowledge inheritance against its formula in plain Java: L = (1 − α)·CE + α·τ²·KL(p_S ‖ p_L) over
 * the rows that are scored, its gradient against central differences of that.
 */
public class KnowledgeInheritanceTest extends RunsTest {
  private final Map<Object, Computation> computations = new HashMap<>();
  private static final int STEPS = 4;
  private static final double TAU = 3;

  /** The step of the differences: its truncation error is about 1e-10, its rounding 1e-11. */
  private static final double STEP = 1e-5;

  @AfterAll
  final void closeComputations() {
    computations.values().forEach(Computation::close);
  }

  /** Every model on the first backend; the first, and one of two heads, on the others. */
  protected List<Object[]> cases() {
    List<Object[]> all = new ArrayList<>();
    for (String backend : runs.backends()) {
      for (TinyRuns.Subject s : runs.subjects()) {
        boolean two = s.task().startsWith("distilled");
        if (backend.equals(runs.backend()) || s.equals(runs.subject()) || two) {
          all.add(new Object[] {backend, s.withoutDropout()});
        }
      }
    }
    return all;
  }

  /** Logits of each head, the labels and weights of a batch. */
  private record Rows(List<HostArray> heads, HostArray labels, HostArray weights) {}

  private Rows rows(
      String backend,
      TinyRuns.Subject s,
      ModelSpec<?> model,
      Map<String, HostArray> values,
      long at) {
    Map<String, HostArray> in = new TreeMap<>();
    values.forEach((n, a) -> in.put("parameter/" + n, a));
    s.batch(at).forEach((n, a) -> in.put("batch/" + n, a));
    Map<String, DeviceArray> inputs = runs.backend(backend).arrays(in);
    Map<String, HostArray> out = new TreeMap<>();
    try {
      computations
          .computeIfAbsent(
              List.of(backend, s.toString(), model.layout().stacks()),
              k -> runs.backend(backend).compile((t, x) -> scores(s, model, t, x)))
          .run(inputs)
          .forEach(
              (n, a) -> {
                out.put(n, a.toHost());
                a.close();
              });
    } finally {
      inputs.values().forEach(DeviceArray::close);
    }
    List<HostArray> heads = new ArrayList<>();
    out.forEach(
        (n, a) -> {
          if (n.startsWith("head/")) {
            heads.add(a);
          }
        });
    return new Rows(heads, out.get("labels"), out.get("weights"));
  }

  private static NamedTensors scores(
      TinyRuns.Subject s, ModelSpec<?> model, Tensors t, NamedTensors x) {
    Scores scores =
        model
            .forTask(s.task())
            .scores(t, x.under("parameter/"), x.under("batch/"), false, StackTransform.ALL);
    NamedTensors all = NamedTensors.of("labels", scores.labels()).with("weights", scores.weights());
    for (int i = 0; i < scores.heads().size(); i++) {
      all = all.with("head/" + i, scores.heads().get(i).tensor());
    }
    return all;
  }

  private static double[] logProbabilities(HostArray logits, int row, double temperature) {
    int classes = logits.shape().dim(1);
    double[] z = new double[classes];
    double sum = 0;
    for (int c = 0; c < classes; c++) {
      z[c] = logits.get(row * classes + c) / temperature;
      sum += Math.exp(z[c]);
    }
    for (int c = 0; c < classes; c++) {
      z[c] -= Math.log(sum);
    }
    return z;
  }

  private static double loss(Rows student, Rows teacher, double alpha) {
    double sum = 0;
    double count = 0;
    for (int row = 0; row < student.labels().size(); row++) {
      count += student.weights().get(row);
      for (int h = 0; h < student.heads().size(); h++) {
        double[] q = logProbabilities(student.heads().get(h), row, TAU);
        double[] p = logProbabilities(teacher.heads().get(h), row, TAU);
        double divergence = 0;
        for (int c = 0; c < p.length; c++) {
          divergence += Math.exp(p[c]) * (p[c] - q[c]);
        }
        double right =
            logProbabilities(student.heads().get(h), row, 1)[(int) student.labels().get(row)];
        double each = (1 - alpha) * -right + alpha * TAU * TAU * divergence;
        sum += student.weights().get(row) * each / student.heads().size();
      }
    }
    return sum / count;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void lossAndGradientAreThoseOfTheFormula(String backend, TinyRuns.Subject s) {
    SortedMap<String, HostArray> values = s.values();
    SortedMap<String, HostArray> taught = s.small().values();
    for (int step = 1; step <= STEPS; step += 2) {
      double alpha = 1 - (step - 1) / (double) STEPS;
      int batch = step - 1;
      Rows teacher = rows(backend, s, s.small().model(), taught, batch);
      List<Double> losses = new ArrayList<>();
      SortedMap<String, HostArray> after;
      try (Trainer trainer = descent(backend, s, values)) {
        trainer.restore(step - 1, trainer.state());
        trainer.run(
            step, s, Optional.empty(), p -> p.learning().ifPresent(l -> losses.add(l.loss())));
        after = trainer.values();
      }
      double expected = loss(rows(backend, s, s.model(), values, batch), teacher, alpha);
      assertThat(losses).singleElement().satisfies(l -> close(l, expected, 1e-12));
      for (String name : s.model().forTask(s.task()).used()) {
        int entry = new SeededRandom(step, name).nextInt(values.get(name).size());
        double gradient = values.get(name).get(entry) - after.get(name).get(entry);
        double difference =
            (moved(backend, s, values, name, entry, STEP, teacher, alpha, batch)
                    - moved(backend, s, values, name, entry, -STEP, teacher, alpha, batch))
                / (2 * STEP);
        assertThat(gradient).as(name).isCloseTo(difference, within(1e-7));
      }
    }
  }

  private static void close(double found, double expected, double relative) {
    assertThat(found).isCloseTo(expected, within(relative * Math.abs(expected)));
  }

  private double moved(
      String backend,
      TinyRuns.Subject s,
      SortedMap<String, HostArray> values,
      String name,
      int entry,
      double by,
      Rows teacher,
      double alpha,
      long batch) {
    Map<String, HostArray> changed = new TreeMap<>(values);
    HostArray a = HostArray.of(values.get(name).shape(), values.get(name).toDoubles());
    a.set(entry, a.get(entry) + by);
    changed.put(name, a);
    return loss(rows(backend, s, s.model(), changed, batch), teacher, alpha);
  }

  /** Plain descent by a rate of 1: a step moves each parameter by its gradient. */
  private Trainer descent(String backend, TinyRuns.Subject s, Map<String, HostArray> values) {
    TrainingOptions options =
        new TrainingOptions(
            STEPS,
            1,
            new Schedule(Schedule.Decay.CONSTANT, 1, 0, STEPS, 0),
            new Optimizer(Optimizer.Kind.SGD, new AdamW(0, 0, 1, 0), 0),
            STEPS,
            1,
            7);
    TrainingSetup setup =
        new TrainingSetup(
            s.specs(),
            List.of(new KnowledgeInheritance(TAU, 1)),
            Optional.of(s.small()),
            Moments.NONE);
    return new Trainer(runs.backend(backend), s.model().forTask(s.task()), values, options, setup);
  }
}
