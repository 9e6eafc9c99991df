package dev.ligo.core.train.strategy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ligo.api.AdamW;
import dev.ligo.api.HostArray;
import dev.ligo.core.data.ProgressListener;
import dev.ligo.core.fixtures.RunsTest;
import dev.ligo.core.fixtures.TinyRuns;
import dev.ligo.core.growth.LayerOrigins;
import dev.ligo.core.growth.OldEntries;
import dev.ligo.core.growth.Origins;
import dev.ligo.core.train.Moments;
import dev.ligo.core.train.Optimizer;
import dev.ligo.core.train.Schedule;
import dev.ligo.core.train.Trainer;
import dev.ligo.core.train.TrainingException;
import dev.ligo.core.train.TrainingOptions;
import dev.ligo.core.train.TrainingSetup;
import dev.ligo.core.train.TrainingStrategy;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The strategy that trains the layers that growing inserted. */
public class TrainInsertedTest extends RunsTest {
  /** Four layers of two: the second and the fourth are inserted. */
  private static final LayerOrigins TWICE =
      new LayerOrigins(
          List.of(OptionalInt.of(0), OptionalInt.of(0), OptionalInt.of(1), OptionalInt.of(1)),
          Set.of(1, 3));

  private Trainer trainer(
      String backend,
      TinyRuns.Subject s,
      Moments moments,
      Map<String, LayerOrigins> origins,
      TrainingStrategy... strategies) {
    return trainer(backend, s, moments, origins, Set.of(), strategies);
  }

  /** By AdamW with decay and clipping, which would move whatever is not frozen. */
  private Trainer trainer(
      String backend,
      TinyRuns.Subject s,
      Moments moments,
      Map<String, LayerOrigins> origins,
      Set<String> fresh,
      TrainingStrategy... strategies) {
    TrainingOptions options =
        new TrainingOptions(
            4,
            1,
            new Schedule(Schedule.Decay.CONSTANT, TinyRuns.RATE, 0, 4, 0),
            new Optimizer(Optimizer.Kind.ADAMW, new AdamW(0.9, 0.999, 1e-6, 0.1), 1),
            4,
            2,
            7);
    return new Trainer(
        runs.backend(backend),
        s.model().forTask(s.task()),
        s.values(),
        options,
        new TrainingSetup(
            s.specs(),
            List.of(strategies),
            Optional.of(s.small()),
            moments,
            new Origins(origins, OldEntries.UNKNOWN),
            fresh));
  }

  private static boolean isInserted(TinyRuns.Subject s, String name) {
    return name.startsWith(s.stack() + ".1.") || name.startsWith(s.stack() + ".3.");
  }

  private static void assertInsertedMovedAlone(
      TinyRuns.Subject s, SortedMap<String, HostArray> end) {
    SortedMap<String, HostArray> begun = s.values();
    assertThat(end.keySet()).isEqualTo(begun.keySet());
    end.forEach(
        (n, a) -> {
          if (isInserted(s, n)) {
            assertThat(a.bytes()).as(n).isNotEqualTo(begun.get(n).bytes());
          } else {
            assertThat(a.bytes()).as(n).isEqualTo(begun.get(n).bytes());
          }
        });
  }

  @ParameterizedTest
  @MethodSource("subjects")
  void insertedLayersMoveAndNothingElse(TinyRuns.Subject subject) {
    Map<String, LayerOrigins> origins = Map.of(subject.stack(), TWICE);
    try (Trainer trainer =
        trainer(runs.backends().get(0), subject, Moments.NONE, origins, new TrainInserted())) {
      trainer.run(4, subject, Optional.empty(), ProgressListener.SILENT);
      assertInsertedMovedAlone(subject, trainer.values());
    }
  }

  /** A head of random values is of no use as it is. */
  @Test
  void aFreshHeadIsTrainedBesideThem() {
    TinyRuns.Subject bert = runs.subject();
    Map<String, LayerOrigins> origins = Map.of(bert.stack(), TWICE);
    Set<String> head = bert.model().headParameters(bert.task());
    assertThat(head).isNotEmpty();
    try (Trainer trainer =
        trainer(runs.backends().get(0), bert, Moments.NONE, origins, head, new TrainInserted())) {
      trainer.run(4, bert, Optional.empty(), ProgressListener.SILENT);
      SortedMap<String, HostArray> begun = bert.values();
      trainer
          .values()
          .forEach(
              (n, a) ->
                  assertThat(a.bytes().equals(begun.get(n).bytes()))
                      .as(n)
                      .isNotEqualTo(isInserted(bert, n) || head.contains(n)));
    }
  }

  /** Also where frozen parameters have moments of an earlier run, which stay as they are. */
  @Test
  void frozenMomentsStayToo() {
    runs.backends().forEach(this::assertFrozenMomentsStay);
  }

  private void assertFrozenMomentsStay(String backend) {
    TinyRuns.Subject bert = runs.subject().withoutDropout();
    Map<String, LayerOrigins> origins = Map.of(bert.stack(), TWICE);
    Moments begun;
    try (Trainer before = trainer(backend, bert, Moments.NONE, origins)) {
      before.run(2, bert, Optional.empty(), ProgressListener.SILENT);
      begun = before.moments();
    }
    try (Trainer trainer = trainer(backend, bert, begun, origins, new TrainInserted())) {
      trainer.run(4, bert, Optional.empty(), ProgressListener.SILENT);
      assertInsertedMovedAlone(bert, trainer.values());
      Moments end = trainer.moments();
      end.first()
          .forEach(
              (n, a) -> {
                boolean inserted = isInserted(bert, n);
                assertThat(a.bytes().equals(begun.first().get(n).bytes()))
                    .as(n)
                    .isNotEqualTo(inserted);
                assertThat(end.ages()).containsEntry(n, inserted ? 6L : 2L);
              });
    }
  }

  /** No gradient is computed below the first inserted layer. */
  @Test
  void costsLessThanTrainingAll() {
    TinyRuns.Subject bert = runs.subject();
    Map<String, LayerOrigins> origins = Map.of(bert.stack(), TWICE);
    try (Trainer some =
            trainer(runs.backends().get(0), bert, Moments.NONE, origins, new TrainInserted());
        Trainer all = trainer(runs.backends().get(0), bert, Moments.NONE, origins)) {
      assertThat(some.flops(4)).isLessThan(all.flops(4));
    }
  }

  @Test
  void refusesWhereNothingIsInsertedOrKnownToBe() {
    TinyRuns.Subject bert = runs.subject();
    assertThatThrownBy(
            () ->
                trainer(runs.backends().get(0), bert, Moments.NONE, Map.of(), new TrainInserted()))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("how this model was grown is not known");
    LayerOrigins same = new LayerOrigins(TWICE.sources(), Set.of());
    assertThatThrownBy(
            () ->
                trainer(
                    runs.backends().get(0),
                    bert,
                    Moments.NONE,
                    Map.of(bert.stack(), same),
                    new TrainInserted()))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("this model has none");
    Map<String, LayerOrigins> other = new TreeMap<>();
    other.put(
        bert.stack(), new LayerOrigins(List.of(OptionalInt.of(0), OptionalInt.of(0)), Set.of(1)));
    assertThatThrownBy(
            () -> trainer(runs.backends().get(0), bert, Moments.NONE, other, new TrainInserted()))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("grown to 2 layers, found 4");
  }

  /** In a stage of MSLT from 2 to 4 layers the top two are trained, of which layer 1 is none. */
  @Test
  void refusesStrategiesThatLeaveNothingToTrain() {
    TinyRuns.Subject bert = runs.subject();
    LayerOrigins low = new LayerOrigins(TWICE.sources(), Set.of(1));
    assertThatThrownBy(
            () ->
                trainer(
                    runs.backends().get(0),
                    bert,
                    Moments.NONE,
                    Map.of(bert.stack(), low),
                    new TrainInserted(),
                    new Mslt(1, 0.5)))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("nothing to train where strategies [inserted, mslt] come together");
  }
}
