package dev.ligo.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.ligo.api.CancelledException;
import dev.ligo.api.HostArray;
import dev.ligo.core.data.BatchSource;
import dev.ligo.core.data.DataException;
import dev.ligo.core.data.ProgressListener;
import dev.ligo.core.data.Work;
import dev.ligo.core.fixtures.FamilyTest;
import dev.ligo.core.fixtures.TinyModel;
import dev.ligo.core.fixtures.TinyValues;
import dev.ligo.core.growth.learn.OperatorTraining;
import dev.ligo.core.growth.method.LigoMethod;
import dev.ligo.core.growth.method.LigoOptions;
import dev.ligo.core.model.ModelSpec;
import dev.ligo.core.model.Sizes;
import dev.ligo.core.train.RunIdentity;
import dev.ligo.core.train.TrainingDirectory;
import dev.ligo.core.train.TrainingException;
import dev.ligo.core.train.TrainingOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run that was interrupted is continued as what it was, or refused. */
class ContinuedRunTest extends FamilyTest {
  private static final int STEPS = 6;

  @TempDir Path directory;

  private Training training(long data, long heldOut, long seed) {
    ModelSpec<?> model = TinyModel.OWN.get(0).model(ligo);
    return ligo.pretrain(model, Map.of(), seed)
        .data(TinyValues.batches(data))
        .evaluateOn(TinyValues.batches(heldOut))
        .backend(backend)
        .resume(true)
        .options(TrainingOptions.builder(STEPS).learningRate(1e-2).evaluateEvery(2).build());
  }

  /** Cancels after a step. */
  private static final class CancelsAfter implements ProgressListener {
    private final long step;
    private long last;

    CancelsAfter(long step) {
      this.step = step;
    }

    @Override
    public void progress(Work.Progress progress) {
      progress.learning().ifPresent(l -> last = progress.step()); // evaluations have steps, too
    }

    @Override
    public boolean isCancelled() {
      return last >= step;
    }
  }

  /** A step may have thousands of batches, and nobody waits for them who has cancelled. */
  @Test
  void aRunIsCancelledBetweenTheBatchesOfAStep() {
    AtomicLong read = new AtomicLong();
    BatchSource counted =
        new BatchSource() {
          @Override
          public SortedMap<String, HostArray> batch(long index) {
            read.set(index);
            return TinyValues.batches(1).batch(index);
          }

          @Override
          public long batchesPerPass() {
            return 3;
          }
        };
    ProgressListener listener =
        new ProgressListener() {
          @Override
          public void progress(Work.Progress progress) {
            // Whoever cancels has seen enough.
          }

          @Override
          public boolean isCancelled() {
            return read.get() >= 10;
          }
        };
    Training training =
        ligo.pretrain(TinyModel.OWN.get(0).model(ligo), Map.of(), 5)
            .data(counted)
            .backend(backend)
            .options(TrainingOptions.builder(STEPS).microBatches(1000).build())
            .listener(listener);
    assertThatThrownBy(() -> training.save(directory.resolve("cancelled")))
        .isInstanceOf(CancelledException.class);
    assertThat(read.get()).isLessThan(20);
  }

  private Growth growth(Checkpoint small, LigoOptions options) {
    return ligo.grow(small, new LigoMethod(options))
        .to(Sizes.SAME.withLayers(4))
        .data(TinyValues.batches(1))
        .backend(backend)
        .training(OperatorTraining.Options.of(STEPS, 1e-3))
        .resume(true);
  }

  /** What an operator begins as, and what of it is learned, makes its learning what it is. */
  @Test
  void theLearningOfAnOperatorGoesOnAsWhatItWas() {
    Path source = directory.resolve("small");
    training(1, 2, 5).save(source);
    Path out = directory.resolve("grown");
    LigoOptions scales =
        LigoOptions.defaults().withStart(ligo.method("copy")).withScaleRate(30).withOnlyScales();
    try (Checkpoint small = ligo.open(source)) {
      Growth cancelled = growth(small, scales).listener(new CancelsAfter(2));
      assertThatThrownBy(() -> cancelled.save(out)).isInstanceOf(CancelledException.class);
      for (LigoOptions other :
          List.of(scales.withScaleRate(10), scales.withStart(ligo.method("szp")))) {
        Growth changed = growth(small, other);
        assertThatThrownBy(() -> changed.save(out))
            .isInstanceOf(TrainingException.class)
            .hasMessageContaining("options");
      }
      growth(small, scales).save(out);
    }
    assertThat(out).isDirectory();
  }

  private Path interrupted(String name) {
    Path out = directory.resolve(name);
    Training training = training(1, 2, 5).listener(new CancelsAfter(3));
    assertThatThrownBy(() -> training.save(out)).isInstanceOf(CancelledException.class);
    return out;
  }

  private static JsonObject record(Path trained) throws IOException {
    return JsonParser.parseString(Files.readString(trained.resolve("training.json")))
        .getAsJsonObject();
  }

  private static byte[] weights(Path trained) throws IOException {
    return Files.readAllBytes(trained.resolve("model.safetensors"));
  }

  @Test
  void aRunThatIsContinuedKnowsItsFirstMetrics() {
    List<Double> losses = new ArrayList<>();
    List<Double> evaluations = new ArrayList<>();
    List<Long> resumed = new ArrayList<>();
    ProgressListener first =
        new ProgressListener() {
          @Override
          public void progress(Work.Progress progress) {
            progress.learning().ifPresent(l -> losses.add(l.loss()));
          }

          @Override
          public void evaluated(long step, Map<String, Double> metrics) {
            evaluations.add(metrics.get("loss"));
          }

          @Override
          public void resumed(long step, OptionalDouble loss, Map<String, Double> evaluation) {
            resumed.add(step);
            losses.add(0, loss.orElseThrow());
            evaluations.add(0, evaluation.get("loss"));
          }
        };
    training(1, 2, 5).listener(first).save(directory.resolve("at-once"));
    double loss = losses.get(0);
    double evaluation = evaluations.get(0);
    Path out = interrupted("out");
    losses.clear();
    evaluations.clear();
    training(1, 2, 5).listener(first).save(out);
    assertThat(resumed).containsExactly(3L);
    assertThat(losses.get(0)).isEqualTo(loss);
    assertThat(evaluations.get(0)).isEqualTo(evaluation);
    assertThat(losses).hasSize(1 + STEPS - 3);
  }

  @Test
  void aBatchThatCannotBeReadLeavesTheStepsBeforeIt() throws IOException {
    Path out = directory.resolve("out");
    BatchSource sound = TinyValues.batches(1);
    BatchSource damaged =
        new BatchSource() {
          @Override
          public SortedMap<String, HostArray> batch(long index) {
            if (index == 4) {
              throw new DataException("reading a.jpg: it is damaged.");
            }
            return sound.batch(index);
          }

          @Override
          public long batchesPerPass() {
            return sound.batchesPerPass();
          }

          @Override
          public String sha256(Runnable check) {
            return sound.sha256(check);
          }
        };
    Training failing = training(1, 2, 5).data(damaged);
    assertThatThrownBy(() -> failing.save(out)).isInstanceOf(DataException.class);
    assertThat(TrainingDirectory.savedStep(out)).hasValue(4);
    training(1, 2, 5).save(out);
    Path atOnce = directory.resolve("at-once");
    training(1, 2, 5).save(atOnce);
    assertThat(weights(out)).isEqualTo(weights(atOnce));
  }

  @Test
  void anotherScheduleIsNamedInWords() {
    Path out = interrupted("out");
    Training other =
        training(1, 2, 5)
            .options(TrainingOptions.builder(STEPS).learningRate(1).evaluateEvery(2).build());
    assertThatThrownBy(() -> other.save(out))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("another schedule (")
        .hasMessageContaining(" from 0.01, warm-up ")
        .hasMessageContaining(" from 1, warm-up ")
        .hasMessageNotContaining("[");
  }

  @Test
  void aRunThatIsDoneSaysSo() {
    Path out = directory.resolve("done");
    training(1, 2, 5).save(out);
    assertThatThrownBy(() -> training(1, 2, 5).save(out))
        .isInstanceOf(TrainingException.class)
        .hasMessageContainingAll(out + " is finished", "nothing is left to continue");
  }

  @Test
  void otherDataAreRefusedByName() throws IOException {
    Path out = interrupted("out");
    assertThatThrownBy(() -> training(3, 2, 5).save(out))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("was of another data (")
        .hasMessageNotContaining("another held-out");
    assertThatThrownBy(() -> training(1, 3, 5).save(out))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("was of another held-out-data (");
    training(1, 2, 5).save(out);
    Path atOnce = directory.resolve("at-once");
    training(1, 2, 5).save(atOnce);
    assertThat(weights(out)).isEqualTo(weights(atOnce));
    assertThat(record(out).has("changes")).isFalse();
    assertThat(record(out).getAsJsonObject("data").get("sha256").getAsString()).hasSize(64);
    assertThat(record(out).get("backend").getAsString()).contains(backend.info().engine());
  }

  @Test
  void dataThatMayChangeAreRecorded() throws IOException {
    Path out = interrupted("out");
    training(3, 2, 5).allowChanged(Set.of(RunIdentity.DATA)).save(out);
    JsonArray changes = record(out).getAsJsonArray("changes");
    assertThat(changes).hasSize(1);
    JsonObject change = changes.get(0).getAsJsonObject();
    assertThat(change.get("changed").getAsString()).isEqualTo("data");
    assertThat(change.get("after_step").getAsLong()).isEqualTo(3);
    assertThat(change.get("from")).isNotEqualTo(change.get("to"));
  }

  @Test
  void aRunWhoseDirectoryVanishesIsWrittenAllTheSame() throws IOException {
    Path out = directory.resolve("out");
    ProgressListener removes =
        new ProgressListener() {
          @Override
          public void progress(Work.Progress progress) {
            if (progress.step() == 3 && progress.learning().isPresent()) {
              remove(directory.resolve("out.training"));
            }
          }
        };
    training(1, 2, 5).listener(removes).saveEvery(2).save(out);
    Path atOnce = directory.resolve("at-once");
    training(1, 2, 5).save(atOnce);
    assertThat(weights(out)).isEqualTo(weights(atOnce));
    assertThat(directory.resolve("out.training")).doesNotExist();
  }

  private static void remove(Path path) {
    try (Stream<Path> files = Files.walk(path)) {
      for (Path p : files.sorted((a, b) -> b.compareTo(a)).toList()) {
        Files.delete(p);
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
