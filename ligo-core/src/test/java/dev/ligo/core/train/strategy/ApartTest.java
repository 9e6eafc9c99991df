package dev.ligo.core.train.strategy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.ligo.api.AdamW;
import dev.ligo.api.HostArray;
import dev.ligo.core.data.ProgressListener;
import dev.ligo.core.fixtures.RunsTest;
import dev.ligo.core.fixtures.TinyRuns;
import dev.ligo.core.growth.GrowthPlan;
import dev.ligo.core.growth.Origins;
import dev.ligo.core.model.ModelSpec;
import dev.ligo.core.model.Parameter;
import dev.ligo.core.model.Sizes;
import dev.ligo.core.train.Moments;
import dev.ligo.core.train.Optimizer;
import dev.ligo.core.train.Trainer;
import dev.ligo.core.train.TrainingException;
import dev.ligo.core.train.TrainingOptions;
import dev.ligo.core.train.TrainingSetup;
import dev.ligo.core.train.TrainingStrategy;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Old and new entries learn at rates of their own. */
public class ApartTest extends RunsTest {
  private static final int STEPS = 8;

  private static Origins origins(TinyRuns.Subject s, String method, Sizes smaller) {
    GrowthPlan plan = new GrowthPlan(s.model().resized(smaller), s.model());
    return Origins.of(s.ligo().method(method).operator(plan, 3));
  }

  /** Of a model of 8 units in 2 heads, one of 4 units in 1, and of its 4 layers 2. */
  private static Origins corner(TinyRuns.Subject s) {
    return origins(
        s, "copy", Sizes.SAME.withHidden(4).withHeads(1).withIntermediate(6).withLayers(2));
  }

  private Trainer trainer(
      String backend,
      TinyRuns.Subject s,
      TrainingOptions options,
      Origins origins,
      Set<String> fresh,
      TrainingStrategy... strategies) {
    return new Trainer(
        runs.backend(backend),
        s.model().forTask(s.task()),
        s.values(),
        options,
        new TrainingSetup(
            s.specs(), List.of(strategies), Optional.of(s.small()), Moments.NONE, origins, fresh));
  }

  /** By AdamW with decay and clipping, in two micro-batches. */
  private static TrainingOptions options() {
    return TinyRuns.options(STEPS)
        .microBatches(2)
        .optimizer(new Optimizer(Optimizer.Kind.ADAMW, new AdamW(0.9, 0.999, 1e-6, 0.1), 1))
        .build();
  }

  private SortedMap<String, HostArray> trained(
      String backend,
      TinyRuns.Subject s,
      long until,
      Origins origins,
      TrainingStrategy... strategies) {
    try (Trainer t = trainer(backend, s, options(), origins, Set.of(), strategies)) {
      t.run(until, s, Optional.empty(), ProgressListener.SILENT);
      return t.values();
    }
  }

  /** In the first step each entry goes as far as the multiple of its kind says. */
  @ParameterizedTest
  @MethodSource("subjects")
  void oldEntriesGoOneWayAndNewOnesAnother(TinyRuns.Subject subject) {
    for (String backend : runs.backends()) {
      assertFirstStep(subject.withoutDropout(), backend);
    }
  }

  private void assertFirstStep(TinyRuns.Subject s, String backend) {
    Origins origins = corner(s);
    SortedMap<String, HostArray> begun = s.values();
    SortedMap<String, HostArray> plain = trained(backend, s, 1, origins);
    SortedMap<String, HostArray> apart = trained(backend, s, 1, origins, new Apart(0.25, 2, 0.5));
    Set<String> used = s.model().forTask(s.task()).used();
    for (Parameter p : s.model().layout().parameters()) {
      for (int l = 0; l < s.model().layout().layers(p) && used.contains(p.at(l)); l++) {
        BitSet old = origins.old().in(p, l);
        String name = p.at(l);
        for (int i = 0; i < p.shape().size(); i++) {
          double before = begun.get(name).get(i);
          double moved = plain.get(name).get(i) - before;
          assertThat(apart.get(name).get(i))
              .as("%s, entry %d", name, i)
              .isCloseTo(before + (old.get(i) ? 0.25 : 2) * moved, within(1e-13));
        }
      }
    }
  }

  /** With 0 for one kind, it keeps its bits in the first step, and the other moves as ever. */
  @Test
  void oneKindMayWaitAlone() {
    TinyRuns.Subject s = runs.subject().withoutDropout();
    Origins deeper = s.origins();
    String backend = runs.backend();
    SortedMap<String, HostArray> begun = s.values();
    SortedMap<String, HostArray> plain = trained(backend, s, 1, deeper);
    SortedMap<String, HostArray> waited = trained(backend, s, 1, deeper, new Apart(0, 1, 0.5));
    String below = s.lastWeight(1);
    String above = s.lastWeight(2);
    assertThat(waited.get(below).bytes()).isEqualTo(begun.get(below).bytes());
    assertThat(waited.get(above).bytes()).isEqualTo(plain.get(above).bytes());
    assertThat(plain.get(below).bytes()).isNotEqualTo(begun.get(below).bytes());
  }

  /** Whatever is trained otherwise: strategies combine. */
  @ParameterizedTest
  @MethodSource("backends")
  void aContinuedRunIsAnUninterruptedOne(String backend) {
    TinyRuns.Subject s = runs.subject();
    Origins origins = corner(s);
    TrainingStrategy[] all = {
      new Apart(0.1, 1.5, 0.6), new KnowledgeInheritance(2, 0.4), new LayerDropping(0.5)
    };
    SortedMap<String, HostArray> whole = trained(backend, s, STEPS, origins, all);
    Map<String, HostArray> state;
    try (Trainer first = trainer(backend, s, options(), origins, Set.of(), all)) {
      first.run(3, s, Optional.empty(), ProgressListener.SILENT);
      state = first.state();
    }
    try (Trainer second = trainer(backend, s, options(), origins, Set.of(), all)) {
      second.restore(3, state);
      second.run(STEPS, s, Optional.empty(), ProgressListener.SILENT);
      SortedMap<String, HostArray> found = second.values();
      whole.forEach((n, a) -> assertThat(found.get(n).bytes()).as(n).isEqualTo(a.bytes()));
    }
  }

  @ParameterizedTest
  @MethodSource("subjects")
  void trainsAlikeOnEveryBackend(TinyRuns.Subject subject) {
    TinyRuns.Subject s = subject.withoutDropout();
    Origins origins = corner(s);
    Apart apart = new Apart(0.1, 1.5, 0.6);
    SortedMap<String, HostArray> one = trained(runs.backend(), s, STEPS, origins, apart);
    for (String backend : runs.backends()) {
      SortedMap<String, HostArray> other = trained(backend, s, STEPS, origins, apart);
      one.forEach(
          (n, a) -> {
            for (int i = 0; i < a.size(); i++) {
              assertThat(other.get(n).get(i)).as(n).isCloseTo(a.get(i), within(1e-7));
            }
          });
    }
  }

  /** Multiples of 1 change no bit, and nothing is counted for others. */
  @Test
  void learningAlikeIsPlainTraining() {
    TinyRuns.Subject s = runs.subject();
    Origins origins = corner(s);
    SortedMap<String, HostArray> plain = trained(runs.backend(), s, 3, origins);
    trained(runs.backend(), s, 3, origins, new Apart(1, 1, 0.5))
        .forEach((n, a) -> assertThat(a.bytes()).as(n).isEqualTo(plain.get(n).bytes()));
    try (Trainer some =
            trainer(runs.backend(), s, options(), origins, Set.of(), new Apart(0.5, 2, 0.5));
        Trainer none = trainer(runs.backend(), s, options(), origins, Set.of())) {
      assertThat(some.flops(STEPS)).isEqualTo(none.flops(STEPS));
    }
  }

  @Test
  void refusesWhereNothingIsNewOrKnownToBe() {
    TinyRuns.Subject s = runs.subject();
    assertRefused(s, Origins.UNKNOWN, "how this model was grown is not known");
    Origins same = origins(s, "fpi", Sizes.SAME);
    assertRefused(s, same, "growing this model added none");
    ModelSpec<?> wide =
        s.model().resized(Sizes.SAME.withHidden(16).withHeads(4).withIntermediate(24));
    GrowthPlan wider =
        GrowthPlan.of(wide, Sizes.SAME.withHidden(32).withHeads(8).withIntermediate(48));
    Origins other = Origins.of(s.ligo().method("fpi").operator(wider, 3));
    assertThatThrownBy(() -> trainer(runs.backend(), s, options(), other, Set.of(), new Apart()))
        .hasMessageContaining("the record of how this model was grown is of another");
    assertThatThrownBy(() -> new Apart(-0.1, 1, 0.5)).hasMessageContaining("old");
    assertThatThrownBy(() -> new Apart(1, 1, 0)).hasMessageContaining("share");
  }

  private void assertRefused(TinyRuns.Subject s, Origins origins, String why) {
    assertThatThrownBy(() -> trainer(runs.backend(), s, options(), origins, Set.of(), new Apart()))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining(why);
  }
}
