package dev.ligo.core.train.strategy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import dev.ligo.api.TensorSpec;
import dev.ligo.core.Ligo;
import dev.ligo.core.data.ProgressListener;
import dev.ligo.core.fixtures.RunsTest;
import dev.ligo.core.fixtures.TinyRuns;
import dev.ligo.core.model.ModelSpec;
import dev.ligo.core.train.Moments;
import dev.ligo.core.train.Schedule;
import dev.ligo.core.train.StrategyPlan;
import dev.ligo.core.train.Trainer;
import dev.ligo.core.train.TrainingException;
import dev.ligo.core.train.TrainingStrategy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Training strategies change what they are about, and leave the rest. */
public class StrategiesTest extends RunsTest {

  private static void assertSameBits(
      Map<String, HostArray> found, Map<String, HostArray> expected) {
    assertThat(found.keySet()).isEqualTo(expected.keySet());
    expected.forEach((n, a) -> assertThat(found.get(n).bytes()).as(n).isEqualTo(a.bytes()));
  }

  /** With nothing dropped every bit of a run is that of plain training, dropout included. */
  @ParameterizedTest
  @MethodSource("subjects")
  void droppingNothingIsPlainTraining(TinyRuns.Subject subject) {
    // One subject on every backend: a trace on TensorFlow takes a second or two.
    List<String> all = runs.backends();
    for (String backend : subject.equals(runs.subject()) ? all : all.subList(0, 1)) {
      SortedMap<String, HostArray> plain = runs.train(backend, subject, 2);
      assertSameBits(runs.train(backend, subject, 2, new LayerDropping(0)), plain);
      assertSameBits(runs.train(backend, subject, 2, new TokenDropping(0)), plain);
    }
  }

  protected List<Object[]> combinations() {
    TrainingStrategy[] four = {
      new TokenDropping(0.4), new KnowledgeInheritance(), new LayerDropping(0.5), new Mslt(1, 0.5)
    };
    List<Object[]> all = new ArrayList<>();
    runs.subjects().forEach(s -> all.add(new Object[] {s, List.of(four)}));
    for (TrainingStrategy one : four) {
      all.add(new Object[] {runs.subject(), List.of(one)});
    }
    all.add(new Object[] {runs.subject(), List.of(new SubNetworks(2, 0.5))});
    return all;
  }

  /** Strategies change what a model is trained to, and to the same on every backend. */
  @ParameterizedTest
  @MethodSource("combinations")
  void strategiesTrainAlikeOnEveryBackend(
      TinyRuns.Subject subject, List<TrainingStrategy> combined) {
    TrainingStrategy[] strategies = combined.toArray(TrainingStrategy[]::new);
    TinyRuns.Subject s = subject.withoutDropout();
    SortedMap<String, HostArray> plain = runs.train(runs.backend(), s, 4);
    SortedMap<String, HostArray> one = runs.train(runs.backend(), s, 4, strategies);
    double apart = 0;
    for (String name : one.keySet()) {
      for (int i = 0; i < one.get(name).size(); i++) {
        apart = Math.max(apart, Math.abs(one.get(name).get(i) - plain.get(name).get(i)));
      }
    }
    assertThat(apart).as("%s changes the run", Arrays.toString(strategies)).isGreaterThan(1e-5);
    for (String backend : runs.backends().subList(1, runs.backends().size())) {
      SortedMap<String, HostArray> other = runs.train(backend, s, 4, strategies);
      for (String name : one.keySet()) {
        double[] a = one.get(name).toDoubles();
        double[] b = other.get(name).toDoubles();
        for (int i = 0; i < a.length; i++) {
          // AdamW divides by the size of a gradient: roundings of a tiny one show in full.
          assertThat(a[i]).as("%s, entry %d", name, i).isCloseTo(b[i], within(1e-7));
        }
      }
    }
  }

  /** A run that was stopped and continued gives the bits of one that was not. */
  @ParameterizedTest
  @MethodSource("backends")
  void aContinuedRunIsAnUninterruptedOne(String backend) {
    TinyRuns.Subject bert = runs.subject();
    TrainingStrategy[] all = {
      new KnowledgeInheritance(2, 0.5), new LayerDropping(0.5), new TokenDropping(0.3), new Mslt()
    };
    SortedMap<String, HostArray> whole = runs.train(backend, bert, 8, all);
    Map<String, HostArray> state;
    try (Trainer first = runs.trainer(backend, bert, bert.values(), 8, Moments.NONE, all)) {
      first.run(5, bert, Optional.empty(), ProgressListener.SILENT);
      state = first.state();
    }
    try (Trainer second = runs.trainer(backend, bert, bert.values(), 8, Moments.NONE, all)) {
      second.restore(5, state);
      second.run(8, bert, Optional.empty(), ProgressListener.SILENT);
      assertSameBits(second.values(), whole);
    }
  }

  /** The state of the optimizer is all that a run needs to go on as another run. */
  @ParameterizedTest
  @MethodSource("backends")
  void aRunThatBeginsWithMomentsGoesOnWhereTheyWereLeft(String backend) {
    TinyRuns.Subject bert = runs.subject().withoutDropout().withOneBatch();
    SortedMap<String, HostArray> whole = runs.train(backend, bert, 5);
    SortedMap<String, HostArray> values;
    Moments moments;
    try (Trainer first = runs.trainer(backend, bert, bert.values(), 3, Moments.NONE)) {
      first.run(3, bert, Optional.empty(), ProgressListener.SILENT);
      values = first.values();
      moments = first.moments();
    }
    assertThat(moments.ages().values()).containsOnly(3L);
    try (Trainer second = runs.trainer(backend, bert, values, 2, moments)) {
      second.run(2, bert, Optional.empty(), ProgressListener.SILENT);
      assertSameBits(second.values(), whole);
      assertThat(second.moments().ages().values()).containsOnly(5L);
    }
    try (Trainer anew = runs.trainer(backend, bert, values, 2, Moments.NONE)) {
      anew.run(2, bert, Optional.empty(), ProgressListener.SILENT);
      assertThat(anew.values()).isNotEqualTo(whole);
    }
  }

  /** In a stage of MSLT the new layers and what comes after move, bit for bit nothing else. */
  @ParameterizedTest
  @MethodSource("subjects")
  void msltTrainsNewLayersAndTheHeadAlone(TinyRuns.Subject subject) {
    SortedMap<String, HostArray> begun = subject.values();
    // 4 layers from 2 in one stage of 2 steps of 4; 2 steps of all.
    try (Trainer trainer =
        runs.trainer(runs.backend(), subject, begun, 4, Moments.NONE, new Mslt(1, 0.5))) {
      trainer.run(2, subject, Optional.empty(), ProgressListener.SILENT);
      SortedMap<String, HostArray> after = trainer.values();
      TreeSet<String> moved = new TreeSet<>();
      after.forEach(
          (n, a) -> {
            if (!a.bytes().equals(begun.get(n).bytes())) {
              moved.add(n);
            }
          });
      assertThat(moved).as("new layers").anyMatch(n -> n.startsWith(subject.stack() + ".3."));
      assertThat(moved)
          .noneMatch(n -> n.startsWith(subject.stack() + ".0."))
          .noneMatch(n -> n.startsWith(subject.stack() + ".1."))
          .noneMatch(n -> n.contains("embed") || n.contains("wte") || n.contains("wpe"))
          .as("the last norm or the head")
          .anyMatch(n -> !n.startsWith(subject.stack() + "."));
      trainer.run(4, subject, Optional.empty(), ProgressListener.SILENT);
      SortedMap<String, HostArray> end = trainer.values();
      assertThat(end.keySet())
          .filteredOn(n -> n.startsWith(subject.stack() + ".0."))
          .allSatisfy(n -> assertThat(end.get(n).bytes()).as(n).isNotEqualTo(begun.get(n).bytes()));
    }
  }

  /** The first step of a variable moves it by the learning rate, however late it is. */
  @Test
  void aVariableThatJoinsLateIsAsNewAsOneAtTheFirstStep() {
    TinyRuns.Subject bert = runs.subject().withoutDropout();
    String name = bert.lastWeight(0);
    try (Trainer trainer =
        runs.trainer(runs.backend(), bert, bert.values(), 20, Moments.NONE, new Mslt(1, 0.5))) {
      trainer.run(10, bert, Optional.empty(), ProgressListener.SILENT);
      double[] before = trainer.values().get(name).toDoubles();
      trainer.run(11, bert, Optional.empty(), ProgressListener.SILENT);
      double[] after = trainer.values().get(name).toDoubles();
      for (int i = 0; i < before.length; i++) {
        // g / (|g| + 1e-6): the gradients here are above 1e-4.
        assertThat(Math.abs(after[i] - before[i]))
            .isCloseTo(TinyRuns.RATE, within(0.02 * TinyRuns.RATE));
      }
      assertThat(trainer.moments().ages())
          .containsEntry(name, 1L)
          .containsEntry(bert.lastWeight(3), 11L);
    }
  }

  /** Copies of the topmost layers are what a stage begins with, and what is measured then. */
  @Test
  void msltBeginsWithCopiesOfTheTopmostLayers() {
    TinyRuns.Subject bert = runs.subject().withoutDropout();
    SortedMap<String, HostArray> stacked = new TreeMap<>(bert.values());
    for (String n : bert.values().keySet()) {
      for (int l = 2; l < 4; l++) {
        if (n.startsWith(bert.stack() + "." + l + ".")) {
          stacked.put(n, bert.values().get(n.replace("." + l + ".", "." + (l - 2) + ".")));
        }
      }
    }
    try (Trainer mslt =
            runs.trainer(runs.backend(), bert, bert.values(), 4, Moments.NONE, new Mslt(1, 0.5));
        Trainer plain = runs.trainer(runs.backend(), bert, stacked, 4, Moments.NONE)) {
      assertThat(mslt.measure(bert, ProgressListener.SILENT))
          .isEqualTo(plain.measure(bert, ProgressListener.SILENT));
    }
  }

  /** A step of a sub-network moves its last layers and the head alone. */
  @Test
  void aSubNetworkTrainsItsLastLayersAlone() {
    TinyRuns.Subject bert = runs.subject();
    List<Integer> depths = new ArrayList<>();
    try (Trainer trainer =
        runs.trainer(
            runs.backend(), bert, bert.values(), 40, Moments.NONE, new SubNetworks(1, 0.75))) {
      for (int step = 1; step <= 30; step++) {
        SortedMap<String, HostArray> before = trainer.values();
        trainer.run(step, bert, Optional.empty(), ProgressListener.SILENT);
        TreeSet<Integer> layers = new TreeSet<>();
        boolean embeddings = false;
        for (var e : trainer.values().entrySet()) {
          boolean moved = !e.getValue().bytes().equals(before.get(e.getKey()).bytes());
          if (moved && e.getKey().startsWith(bert.stack() + ".")) {
            layers.add(Character.digit(e.getKey().charAt(bert.stack().length() + 1), 10));
          }
          embeddings |= moved && e.getKey().contains("position_embeddings");
        }
        assertThat(layers).hasSize(1);
        assertThat(embeddings).isEqualTo(layers.contains(0));
        depths.add(layers.first());
      }
      assertThat(depths).contains(0, 1, 2, 3);
      trainer.run(31, bert, Optional.empty(), ProgressListener.SILENT);
      assertThat(trainer.moments().ages()).allSatisfy((n, age) -> assertThat(age).isPositive());
    }
  }

  /** Operations that are left out are not counted; those of a teacher's forward pass are. */
  @Test
  void operationsAreThoseOfTheRealPrograms() {
    TinyRuns.Subject bert = runs.subject();
    ModelSpec<?> model = bert.model();
    Map<String, TensorSpec> specs = bert.declared();
    double forward = model.forTask(bert.task()).forwardFlops(specs);
    double taught = bert.small().model().forTask(bert.task()).forwardFlops(specs);
    assertThat(runs.flops(bert, 10)).isEqualTo(30 * forward);
    assertThat(runs.flops(bert, 10, new KnowledgeInheritance(2, 0.4)))
        .isEqualTo(30 * forward + 4 * taught);
    double tokens = runs.flops(bert, 10, new TokenDropping(0.4));
    // 2 of 5 tokens skip 2 of 4 layers; what is outside the stack stays.
    assertThat(tokens).isBetween(30 * forward * 0.75, 30 * forward * 0.85);
    double layers = runs.flops(bert, 10, new LayerDropping(0.4));
    assertThat(layers).isLessThan(30 * forward);
    // Half of the steps go through frozen layers forward alone.
    assertThat(runs.flops(bert, 10, new Mslt(1, 0.5)))
        .isBetween(30 * forward * 0.6, 30 * forward * 0.9);
    assertThat(runs.flops(bert, 10, new SubNetworks(1, 0.5))).isLessThan(30 * forward * 0.9);
  }

  /** A phase has no more variants than it says, and its last step is not before its first. */
  @Test
  void phasesAreOfFewVariants() {
    TinyRuns.Subject bert = runs.subject();
    for (TrainingStrategy s : Ligo.create().strategies().values()) {
      long steps = 97;
      StrategyPlan plan =
          s.plan(
              new TrainingStrategy.Context(
                  bert.model().forTask(bert.task()),
                  bert.declared(),
                  DType.FLOAT32,
                  steps,
                  1,
                  Optional.of(bert.small()),
                  bert.origins()));
      for (long from = 1; from <= steps; from++) {
        StrategyPlan.Phase phase = plan.phase(from);
        assertThat(phase.last()).as(s.name()).isGreaterThanOrEqualTo(from);
        assertThat(
                LongStream.rangeClosed(from, Math.min(steps, phase.last()))
                    .mapToInt(plan::variant)
                    .distinct())
            .as("%s from step %d", s.name(), from)
            .hasSizeLessThanOrEqualTo(phase.variants());
      }
    }
  }

  /** To draw the sub-network of every step of such a run would take minutes. */
  @Test
  void theLongestRunIsPlannedAtOnce() {
    TinyRuns.Subject bert = runs.subject();
    assertTimeoutPreemptively(
        Duration.ofSeconds(60),
        () ->
            runs.trainer(
                    runs.backend(),
                    bert,
                    bert.values(),
                    Schedule.MOST_STEPS,
                    Moments.NONE,
                    new SubNetworks(1, 0.75),
                    new KnowledgeInheritance(),
                    new TokenDropping(0.4))
                .close());
  }

  /** Those that leave something to train to any other. */
  private static List<TrainingStrategy> combinable() {
    return Ligo.create().strategies().values().stream()
        .filter(s -> !s.name().equals("inserted"))
        .toList();
  }

  @Test
  void whatIsNotDefinedIsRefusedInWords() {
    TinyRuns.Subject bert = runs.subject();
    assertThatThrownBy(() -> runs.flops(bert.withoutSmall(), 4, new KnowledgeInheritance()))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("teacher");
    assertThatThrownBy(() -> runs.flops(bert.withoutSmall(), 4, new Mslt()))
        .hasMessageContaining("small model");
    assertThatThrownBy(() -> runs.flops(bert, 4, new Mslt(1, 0.1)))
        .hasMessageContaining("train for longer");
    assertThatThrownBy(() -> runs.flops(bert, 4, new SubNetworks(4, 0.5)))
        .hasMessageContaining("fewer layers than the model's 4, found 4");
    assertThatThrownBy(() -> runs.flops(bert, 4, new LayerDropping(), new LayerDropping()))
        .hasMessageContaining("named once");
    assertThatThrownBy(() -> new LayerDropping(1)).hasMessageContaining("[0, 1)");
    assertThatThrownBy(() -> Ligo.create().strategy("layerdrp")).hasMessageContaining("layerdrop");
  }

  /** The loss of a step is finite in each combination of two strategies. */
  @Test
  void strategiesCombine() {
    TinyRuns.Subject bert = runs.subject();
    List<TrainingStrategy> all = combinable();
    for (TrainingStrategy a : all) {
      for (TrainingStrategy b : all) {
        if (a.name().compareTo(b.name()) < 0) {
          List<Double> losses = new ArrayList<>();
          try (Trainer trainer =
              runs.trainer(runs.backend(), bert, bert.values(), 6, Moments.NONE, a, b)) {
            trainer.run(
                6, bert, Optional.empty(), p -> p.learning().ifPresent(l -> losses.add(l.loss())));
          }
          assertThat(losses).as(a.name() + " and " + b.name()).hasSize(6).allMatch(l -> l > 0);
        }
      }
    }
  }
}
