package dev.ligo.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ligo.api.CancelledException;
import dev.ligo.core.checkpoint.FileDType;
import dev.ligo.core.data.DataRequest;
import dev.ligo.core.data.ProgressListener;
import dev.ligo.core.data.Work;
import dev.ligo.core.fixtures.FamilyTest;
import dev.ligo.core.fixtures.TinyModel;
import dev.ligo.core.fixtures.TinyValues;
import dev.ligo.core.growth.GrowthMethod;
import dev.ligo.core.growth.learn.OperatorTraining;
import dev.ligo.core.model.Sizes;
import dev.ligo.core.train.RunIdentity;
import dev.ligo.core.train.TrainingDirectory;
import dev.ligo.core.train.TrainingException;
import dev.ligo.core.train.TrainingOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever changes the model that a run writes belongs to what the run is, and nothing else. */
class RunDescriptionTest extends FamilyTest {
  private static final int STEPS = 6;

  @TempDir Path directory;

  private Training training(TrainingOptions.Builder options) {
    return ligo.pretrain(TinyModel.OWN.get(0).model(ligo), Map.of(), 5)
        .data(TinyValues.batches(1))
        .evaluateOn(TinyValues.batches(2))
        .backend(backend)
        .resume(true)
        .saveEvery(2)
        .options(options.learningRate(1e-2).build());
  }

  private static TrainingOptions.Builder options() {
    return TrainingOptions.builder(STEPS);
  }

  /** Cancels after a step. */
  private static ProgressListener after(long step) {
    return new ProgressListener() {
      private long last;

      @Override
      public void progress(Work.Progress progress) {
        progress.learning().ifPresent(l -> last = progress.step());
      }

      @Override
      public boolean isCancelled() {
        return last >= step;
      }
    };
  }

  private Path interrupted(Training training, long step) {
    Path out = directory.resolve("out");
    Training cancelled = training.listener(after(step));
    assertThatThrownBy(() -> cancelled.save(out)).isInstanceOf(CancelledException.class);
    return out;
  }

  private static void assertRefused(Training training, Path out, String... words) {
    assertThatThrownBy(() -> training.save(out))
        .isInstanceOf(TrainingException.class)
        .hasMessageContainingAll(words);
  }

  /** The best model is one of those that were evaluated. */
  @Test
  void whenTheBestIsKeptItIsEvaluatedAsBefore() {
    Path out = interrupted(training(options().evaluateEvery(2)).keepBest(true), 3);
    assertRefused(
        training(options().evaluateEvery(3)).keepBest(true),
        out,
        "another kept model",
        "evaluated every 2 steps",
        "now that of the lowest loss on the held-out data, evaluated every 3 steps");
    assertRefused(
        training(options().evaluateEvery(2).evaluationBatches(1)).keepBest(true),
        out,
        "on up to 1 batches");
    assertRefused(
        training(options().evaluateEvery(TrainingOptions.AT_END)).keepBest(true),
        out,
        "at the end");
    training(options().evaluateEvery(2)).keepBest(true).save(out);
  }

  @Test
  void whenTheLastIsWrittenItMayBeEvaluatedOtherwise() throws IOException {
    Path out = interrupted(training(options().evaluateEvery(2)), 3);
    training(options().evaluateEvery(1).evaluationBatches(1)).save(out);
    Path atOnce = directory.resolve("at-once");
    training(options()).save(atOnce);
    assertThat(out.resolve("model.safetensors"))
        .hasSameBinaryContentAs(atOnce.resolve("model.safetensors"));
  }

  /** Values that are too large for one type are written as another. */
  @Test
  void whatTheModelIsStoredAsChangesOnlyWhereThatIsAllowed() {
    Path out = interrupted(training(options()), 3);
    assertRefused(
        training(options()).dtype(FileDType.BF16), out, "another dtype (none, now bfloat16)");
    training(options()).dtype(FileDType.BF16).allowChanged(Set.of(RunIdentity.DTYPE)).save(out);
    assertThat(out).isDirectory();
  }

  @Test
  void aStateThatIsDamagedIsWrittenAgainByACancellationAtItsStep() throws IOException {
    Path out = interrupted(training(options()), 4);
    Path newest = TrainingDirectory.beside(out).resolve("state-0000000004.safetensors");
    Files.writeString(newest, "damaged");
    assertThat(TrainingDirectory.savedStep(out)).hasValue(2);
    interrupted(training(options()), 4);
    assertThat(TrainingDirectory.savedStep(out)).hasValue(4);
  }

  private Growth growth(Checkpoint small, GrowthMethod method) {
    return ligo.grow(small, method)
        .to(Sizes.SAME.withLayers(4))
        .data(TinyValues.batches(1))
        .backend(backend)
        .training(OperatorTraining.Options.of(STEPS, 1e-3))
        .resume(true);
  }

  @Test
  void noGrowthTakesThePlaceOfAnOperatorThatLearns() {
    Path source = directory.resolve("small");
    training(options()).save(source);
    Path out = directory.resolve("grown");
    try (Checkpoint small = ligo.open(source)) {
      Growth cancelled = growth(small, ligo.method("ligo")).listener(after(2));
      assertThatThrownBy(() -> cancelled.save(out)).isInstanceOf(CancelledException.class);
      for (boolean resume : new boolean[] {true, false}) {
        Growth other = growth(small, ligo.method("stack")).resume(resume);
        assertThatThrownBy(() -> other.save(out))
            .isInstanceOf(TrainingException.class)
            .hasMessageContainingAll("grown.training holds an interrupted run", "as it was begun");
      }
      assertThat(TrainingDirectory.savedStep(out)).hasValue(2);
      Growth stored = growth(small, ligo.method("ligo")).dtype(FileDType.BF16);
      assertThatThrownBy(() -> stored.save(out)).hasMessageContaining("another dtype");
      growth(small, ligo.method("ligo")).save(out);
    }
    assertThat(out).isDirectory();
  }

  private String tokenizer(String config) throws IOException {
    Files.writeString(directory.resolve("config.json"), config);
    DataRequest request = DataRequest.of(List.of(), directory).sequenceLength(5).build();
    return TrainingData.of(
            TinyModel.OWN.get(0).model(ligo).forPretraining(), request, () -> TinyValues.batches(1))
        .description()
        .get("tokenizer")
        .getAsString();
  }

  /** A model's config tells of its tokenizer, but most of it does not. */
  @Test
  void theTokenizerIsAnotherOnlyWhereItsOwnKeysDiffer() throws IOException {
    Files.writeString(directory.resolve("tokenizer.json"), "{}");
    String begun = tokenizer("{\"eos_token_id\":2,\"layer_norm_eps\":1e-12}");
    assertThat(tokenizer("{\"layer_norm_eps\":1e-5,\"eos_token_id\":2}")).isEqualTo(begun);
    assertThat(tokenizer("{\"eos_token_id\":3,\"layer_norm_eps\":1e-12}")).isNotEqualTo(begun);
    assertThat(tokenizer("no JSON")).isNotEqualTo(begun);
  }
}
