package dev.ligo.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.ligo.api.AdamW;
import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import dev.ligo.core.data.ProgressListener;
import dev.ligo.core.fixtures.RunsTest;
import dev.ligo.core.fixtures.TinyRuns;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class RoundsTest extends RunsTest {
  private static final int STEPS = 6;
  private static final int ROUND = 3;

  /** Means of float64, and steps from them. */
  private static final double TOLERANCE = 1e-12;

  private static TrainingOptions options(int workers, long evaluateEvery) {
    return new TrainingOptions(
        STEPS,
        workers,
        new Schedule(Schedule.Decay.LINEAR, 1e-2, 1, STEPS, 0),
        new Optimizer(Optimizer.Kind.ADAMW, new AdamW(0.9, 0.999, 1e-6, 0.01), 1),
        evaluateEvery,
        2,
        7);
  }

  private TinyRuns.Subject subject() {
    return runs.subject().withoutDropout();
  }

  private static TrainingSetup setup(TinyRuns.Subject s) {
    return TrainingSetup.plain(s.specs());
  }

  private BackendRounds workers(TinyRuns.Subject s, int count) {
    return Trainer.rounds(
        runs.backend(runs.backend()),
        s.model().forTask(s.task()),
        DType.FLOAT64,
        options(count, STEPS),
        setup(s));
  }

  private Trainer trainer(TinyRuns.Subject s, int workers, Optional<Rounds> rounds) {
    return new Trainer(
        runs.backend(runs.backend()),
        s.model().forTask(s.task()),
        s.values(),
        options(workers, STEPS),
        setup(s),
        Optional.empty(),
        rounds);
  }

  private static SortedMap<String, HostArray> run(Trainer trainer, TinyRuns.Subject s, long until) {
    trainer.run(until, s, Optional.empty(), ProgressListener.SILENT);
    return trainer.state();
  }

  @Test
  void oneWorkerWhoseMeanIsTakenTrainsAsWithoutRounds() {
    TinyRuns.Subject s = subject();
    try (BackendRounds workers = workers(s, 1);
        Trainer inRounds = trainer(s, 1, Optional.of(new Rounds(workers, ROUND, 1, 0)));
        Trainer plain = trainer(s, 1, Optional.empty())) {
      SortedMap<String, HostArray> actual = run(inRounds, s, STEPS);
      SortedMap<String, HostArray> expected = run(plain, s, STEPS);
      actual.keySet().retainAll(expected.keySet()); // without the outer momenta
      assertClose(actual, expected);
    }
  }

  /** Each worker as a run of its own on its batches, and the outer step as PyTorch's SGD has it. */
  @Test
  void workersMeetByNesterovsMomentumOnTheirMean() {
    TinyRuns.Subject s = subject();
    try (BackendRounds workers = workers(s, 2);
        Trainer inRounds = trainer(s, 2, Optional.of(new Rounds(workers, ROUND, 0.7, 0.9)))) {
      assertClose(run(inRounds, s, STEPS), expected(s));
    }
  }

  private SortedMap<String, HostArray> expected(TinyRuns.Subject s) {
    SortedMap<String, HostArray> state;
    try (Trainer fresh = trainer(s, 1, Optional.empty())) {
      state = fresh.state();
    }
    SortedMap<String, HostArray> momenta = new TreeMap<>();
    for (long done = 0; done < STEPS; done += ROUND) {
      List<SortedMap<String, HostArray>> workers = new ArrayList<>();
      for (int w = 0; w < 2; w++) {
        try (Trainer worker = trainer(s, 1, Optional.empty())) {
          worker.restore(done, state);
          long own = w;
          worker.run(
              done + ROUND,
              new OtherBatches(s, index -> 2 * index + own),
              Optional.empty(),
              ProgressListener.SILENT);
          workers.add(worker.state());
        }
      }
      SortedMap<String, HostArray> next = new TreeMap<>();
      state.forEach(
          (name, old) -> {
            HostArray a = workers.get(0).get(name);
            HostArray b = workers.get(1).get(name);
            HostArray values = HostArray.zeros(old.dtype(), old.shape());
            HostArray momentum =
                momenta.computeIfAbsent(
                    name.replace("variable/", "outer/"),
                    n -> HostArray.zeros(old.dtype(), old.shape()));
            for (int i = 0; i < values.size(); i++) {
              double mean = (a.get(i) + b.get(i)) / 2;
              double gradient = old.get(i) - mean;
              momentum.set(i, 0.9 * momentum.get(i) + gradient);
              double moved = old.get(i) - 0.7 * (gradient + 0.9 * momentum.get(i));
              values.set(i, name.startsWith("variable/") ? moved : mean);
            }
            next.put(name, values);
          });
      state = next;
    }
    momenta.keySet().removeIf(name -> !name.startsWith("outer/"));
    state.putAll(momenta);
    return state;
  }

  @Test
  void aRunThatWasStoppedBetweenRoundsGoesOn() {
    TinyRuns.Subject s = subject();
    try (BackendRounds workers = workers(s, 2)) {
      Optional<Rounds> rounds = Optional.of(new Rounds(workers, ROUND, 0.7, 0.9));
      SortedMap<String, HostArray> saved;
      try (Trainer stopped = trainer(s, 2, rounds)) {
        saved = run(stopped, s, ROUND);
      }
      try (Trainer goingOn = trainer(s, 2, rounds);
          Trainer whole = trainer(s, 2, rounds)) {
        goingOn.restore(ROUND, saved);
        assertClose(run(goingOn, s, STEPS), run(whole, s, STEPS));
      }
    }
  }

  @Test
  void nothingIsDoneWithinARound() {
    TinyRuns.Subject s = subject();
    try (BackendRounds workers = workers(s, 2)) {
      Rounds rounds = new Rounds(workers, ROUND, 0.7, 0.9);
      try (Trainer trainer =
          new Trainer(
              runs.backend(runs.backend()),
              s.model().forTask(s.task()),
              s.values(),
              options(2, 2),
              setup(s),
              Optional.empty(),
              Optional.of(rounds))) {
        assertThatThrownBy(() -> trainer.run(2, s, Optional.of(s), ProgressListener.SILENT))
            .isInstanceOf(TrainingException.class)
            .hasMessage(
                "an evaluation is made where workers meet, after a multiple of 3 steps, found 2;"
                    + " choose one by the other.");
      }
      assertThatThrownBy(() -> new Rounds(workers, 0, 0.7, 0.9))
          .isInstanceOf(TrainingException.class)
          .hasMessageContaining("at least 1 step");
    }
  }

  private static void assertClose(Map<String, HostArray> actual, Map<String, HostArray> expected) {
    assertThat(actual.keySet()).isEqualTo(expected.keySet());
    expected.forEach(
        (name, e) ->
            assertThat(actual.get(name).toDoubles())
                .as(name)
                .containsExactly(e.toDoubles(), within(TOLERANCE)));
  }
}
