package dev.ligo.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.ligo.api.CancelledException;
import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import dev.ligo.core.checkpoint.HuggingFaceDirectory;
import dev.ligo.core.data.BatchSource;
import dev.ligo.core.data.ProgressListener;
import dev.ligo.core.data.Work;
import dev.ligo.core.fixtures.FamilyTest;
import dev.ligo.core.fixtures.TinyModel;
import dev.ligo.core.fixtures.TinyValues;
import dev.ligo.core.model.Task;
import dev.ligo.core.train.Schedule;
import dev.ligo.core.train.TrainingException;
import dev.ligo.core.train.TrainingOptions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a run leaves behind beside the model, and which of its models it leaves. */
class TrainingTracesTest extends FamilyTest {
  private static final int STEPS = 6;

  @TempDir Path directory;

  private static BatchSource batches(long from) {
    return new BatchSource() {
      @Override
      public SortedMap<String, HostArray> batch(long index) {
        SortedMap<String, HostArray> batch = TinyValues.batches().batch(from + index % 3);
        batch.computeIfPresent("masked_weights", (n, a) -> a.as(DType.FLOAT32));
        return batch;
      }

      @Override
      public long batchesPerPass() {
        return 3;
      }
    };
  }

  /** Describes a run whose loss on the held-out data falls, and rises before the end. */
  private Training training(long steps, long evaluateEvery) {
    TrainingOptions options =
        TrainingOptions.builder(steps)
            .learningRate(0.1)
            .decay(Schedule.Decay.CONSTANT)
            .warmup(0)
            .evaluateEvery(evaluateEvery)
            .build();
    return ligo.pretrain(TinyModel.OWN.get(0).model(ligo), Map.of(), 1)
        .data(batches(0))
        .evaluateOn(batches(7))
        .backend(backend)
        .resume(true)
        .options(options);
  }

  private Path save(Training training, String name) {
    Path out = directory.resolve(name);
    training.save(out);
    return out;
  }

  private static JsonObject state(Path trained) {
    return HuggingFaceDirectory.readConfig(trained.resolve("trainer_state.json"));
  }

  private static List<Path> in(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.sorted().toList();
    }
  }

  @Test
  void theStateHasTheNamesOfTheTrainersAndTheWholeHistory() throws IOException {
    JsonObject state = state(save(training(STEPS, 2), "trained"));
    try (InputStream in =
        Objects.requireNonNull(TrainingTracesTest.class.getResourceAsStream("traces.json"))) {
      JsonObject golden =
          JsonParser.parseString(new String(in.readAllBytes(), StandardCharsets.UTF_8))
              .getAsJsonObject();
      List<String> names = new ArrayList<>();
      golden.getAsJsonArray("trainer_state").forEach(n -> names.add(n.getAsString()));
      assertThat(names).containsAll(state.keySet());
    }
    assertThat(state.get("global_step").getAsLong()).isEqualTo(STEPS);
    assertThat(state.get("epoch").getAsDouble()).isEqualTo(2);
    assertThat(state.getAsJsonArray("log_history")).hasSize(STEPS + 4);
    List<Double> losses = new ArrayList<>();
    state
        .getAsJsonArray("log_history")
        .forEach(
            e -> {
              JsonObject entry = e.getAsJsonObject();
              if (entry.has("eval_loss") && entry.get("step").getAsLong() > 0) {
                losses.add(entry.get("eval_loss").getAsDouble());
              } else if (entry.has("loss")) {
                assertThat(entry.keySet()).contains("grad_norm", "learning_rate", "epoch", "step");
              }
            });
    assertThat(losses).hasSize(3).contains(state.get("best_metric").getAsDouble());
    assertThat(losses).allMatch(l -> l >= state.get("best_metric").getAsDouble());
  }

  @Test
  void theBestIsByTheMetricThatIsNamed() throws IOException {
    JsonObject loss = state(save(training(STEPS, 1).keepBest(true), "loss"));
    JsonObject low = state(save(training(STEPS, 1).keepBest("eval_perplexity"), "low"));
    JsonObject high = state(save(training(STEPS, 1).keepBest("mean_likelihood"), "high"));
    double best = loss.get("best_metric").getAsDouble();
    assertThat(low.get("best_metric").getAsDouble()).isCloseTo(Math.exp(best), offset(1e-9));
    assertThat(high.get("best_metric").getAsDouble()).isCloseTo(Math.exp(-best), offset(1e-9));
    assertThat(List.of(low.get("best_global_step"), high.get("best_global_step")))
        .containsOnly(loss.get("best_global_step"));
    assertThat(directory.resolve("high/README.md"))
        .content()
        .contains(
            "| step of the weights | "
                + high.get("best_global_step")
                + ", the highest mean likelihood on the held-out data |");
    for (String wrong : List.of("acuracy", Task.SCORED)) {
      assertThatThrownBy(() -> training(STEPS, 1).keepBest(wrong).save(directory.resolve("no")))
          .isInstanceOf(TrainingException.class)
          .hasMessage(
              "the best model is to be that of the best '%s', but evaluations have loss,"
                  + " mean_likelihood, perplexity; name one of these.",
              wrong);
    }
    assertThat(directory.resolve("no")).doesNotExist();
  }

  /** What was measured once has nothing to be compared with. */
  @Test
  void aCardSaysHowManyBatchesMadeAStepAndWhatTheEndWas() throws IOException {
    TrainingOptions options =
        TrainingOptions.builder(2).microBatches(3).evaluateEvery(TrainingOptions.AT_END).build();
    Path out = save(training(2, 1).options(options), "accumulated");
    assertThat(out.resolve("README.md"))
        .content()
        .contains("| gradient accumulation | 3 batches a step |\n")
        .containsPattern("\\| training loss \\| [\\d.]+ \\| [\\d.]+ \\|\n")
        .containsPattern("\\| evaluation loss \\| \\| [\\d.]+ \\|\n");
    assertThat(out.resolve("training.svg")).content().contains(">loss (nats)</text>");
  }

  /** The exponential of so high a loss is infinite, which JSON has no number for. */
  @Test
  void anInfinitePerplexityHidesNoLoss() throws IOException {
    TrainingOptions steep =
        TrainingOptions.builder(2)
            .learningRate(1e4)
            .decay(Schedule.Decay.CONSTANT)
            .warmup(0)
            .evaluateEvery(1)
            .build();
    Path trained = save(training(2, 1).options(steep), "steep");
    List<JsonObject> evaluations = new ArrayList<>();
    state(trained).getAsJsonArray("log_history").forEach(e -> evaluations.add(e.getAsJsonObject()));
    evaluations.removeIf(e -> !e.has("eval_loss"));
    assertThat(evaluations).hasSize(3);
    assertThat(evaluations.get(2).get("eval_loss").getAsDouble()).isGreaterThan(1000);
    assertThat(evaluations.get(2).has("eval_perplexity")).isFalse();
    assertThat(trained.resolve("metrics.jsonl")).content().doesNotContain("Infinity");
  }

  @Test
  void theBestModelIsThatOfARunThatEndsThere() throws IOException {
    Map<Long, Double> kept = new HashMap<>();
    ProgressListener listener =
        new ProgressListener() {
          @Override
          public void progress(Work.Progress progress) {}

          @Override
          public void kept(long step, Map<String, Double> evaluation) {
            kept.put(step, evaluation.get("loss"));
          }
        };
    Path best = save(training(STEPS, 1).keepBest(true).listener(listener), "best");
    long step = state(best).get("best_global_step").getAsLong();
    assertThat(step).isBetween(1L, STEPS - 1L);
    double loss = state(best).get("best_metric").getAsDouble();
    assertThat(kept).isEqualTo(Map.of(step, loss));
    assertThat(best.resolve("README.md"))
        .content()
        .contains("| | first | last | best, step " + step + " |\n| --- | --- | --- | --- |\n")
        .containsPattern(
            String.format(Locale.ROOT, "\\| evaluation loss \\|.*\\| %.3f \\|\n", loss))
        .containsPattern(
            String.format(
                Locale.ROOT, "\\| evaluation perplexity \\|.*\\| %.3f \\|\n", Math.exp(loss)))
        .doesNotContain("scored", "accumulation");
    try (HuggingFaceDirectory written = HuggingFaceDirectory.open(best);
        HuggingFaceDirectory ended = HuggingFaceDirectory.open(save(training(step, 1), "ended"))) {
      written
          .tensors()
          .keySet()
          .forEach(n -> assertThat(written.read(n).bytes()).isEqualTo(ended.read(n).bytes()));
    }
    assertThat(
            HuggingFaceDirectory.readConfig(best.resolve("training.json"))
                .get("step_of_the_weights")
                .getAsLong())
        .isEqualTo(step);
    assertThat(directory.resolve("best.training")).doesNotExist();
  }

  /** That the best is the last is said, too. */
  @Test
  void aBestModelThatIsTheLastIsSaidToBe() throws IOException {
    long step =
        state(save(training(STEPS, 1).keepBest(true), "best")).get("best_global_step").getAsLong();
    Path last = save(training(step, 1).keepBest(true), "last");
    assertThat(
            HuggingFaceDirectory.readConfig(last.resolve("training.json"))
                .get("step_of_the_weights")
                .getAsLong())
        .isEqualTo(step);
    assertThat(last.resolve("README.md"))
        .content()
        .contains("| step of the weights | " + step + ", the lowest loss");
  }

  @Test
  void aContinuedRunWritesTheSameBestModelAndPlainRunsStayAsTheyWere() throws IOException {
    Path best = save(training(STEPS, 1).keepBest(true), "best");
    for (long cancelled = 1; cancelled < STEPS; cancelled += 2) {
      Path out = directory.resolve("continued" + cancelled);
      Training cut = training(STEPS, 1).keepBest(true).listener(new CancelsAfter(cancelled));
      assertThatThrownBy(() -> cut.save(out)).isInstanceOf(CancelledException.class);
      training(STEPS, 1).keepBest(true).save(out);
      assertThat(out.resolve("model.safetensors"))
          .hasSameBinaryContentAs(best.resolve("model.safetensors"));
    }
    Path plain = save(training(STEPS, 1), "plain");
    Path traced = save(training(STEPS, 3).tensorBoard(directory.resolve("runs")), "traced");
    assertThat(traced.resolve("model.safetensors"))
        .hasSameBinaryContentAs(plain.resolve("model.safetensors"));
    assertThat(in(directory.resolve("runs"))).hasSize(1);
  }

  /** The states of the best steps are there only if they were kept from the beginning. */
  @Test
  void whichModelIsKeptDoesNotChangeOnTheWay() {
    for (boolean kept : new boolean[] {false, true}) {
      Path out = directory.resolve("begun-" + kept);
      Training begun = training(STEPS, 1).keepBest(kept).listener(new CancelsAfter(3));
      assertThatThrownBy(() -> begun.save(out)).isInstanceOf(CancelledException.class);
      String there =
          "that of the lowest loss on the held-out data, evaluated every 1 step on up to 50"
              + " batches";
      assertThatThrownBy(() -> training(STEPS, 1).keepBest(!kept).save(out))
          .isInstanceOf(TrainingException.class)
          .hasMessageContaining(
              "was of another kept model (%s, now %s); continue it as it was begun"
                  .formatted(kept ? there : "none", kept ? "none" : there));
      training(STEPS, 1).keepBest(kept).save(out);
    }
  }

  private static final class CancelsAfter implements ProgressListener {
    private final long last;
    private long done;

    CancelsAfter(long last) {
      this.last = last;
    }

    @Override
    public void progress(Work.Progress p) {
      done = p.learning().isPresent() ? p.step() : done;
    }

    @Override
    public boolean isCancelled() {
      return done >= last;
    }
  }

  @Test
  void atTheEndOneEvaluationIsMade() {
    JsonObject state = state(save(training(STEPS, TrainingOptions.AT_END), "trained"));
    List<Long> evaluated = new ArrayList<>();
    state
        .getAsJsonArray("log_history")
        .forEach(
            e -> {
              if (e.getAsJsonObject().has("eval_loss")) {
                evaluated.add(e.getAsJsonObject().get("step").getAsLong());
              }
            });
    assertThat(evaluated).containsExactly((long) STEPS);
  }

  @Test
  void whatCannotBeIsRefusedBeforeTheFirstStep() throws IOException {
    Path out = directory.resolve("out");
    Path beside = directory.resolve("out.training");
    Path link = directory.resolve("link");
    Files.createSymbolicLink(link, directory);
    for (Path own :
        List.of(out, out.resolve("runs"), beside.resolve("runs"), link.resolve("out.training"))) {
      assertThatThrownBy(() -> training(STEPS, 2).tensorBoard(own).save(out))
          .isInstanceOf(TrainingException.class)
          .hasMessageStartingWith("the events would stand in " + directory)
          .hasMessageEndingWith(" when the run is done; name a directory outside of it.");
    }
    Files.delete(link);
    assertThatThrownBy(() -> training(STEPS, 2).tensorBoard(Path.of("")).save(out))
        .isInstanceOf(TrainingException.class)
        .hasMessage("the directory for events has no name; give it one.");
    Training unmeasured =
        ligo.pretrain(TinyModel.OWN.get(0).model(ligo), Map.of(), 1)
            .data(batches(0))
            .backend(backend)
            .options(TrainingOptions.of(2))
            .keepBest(true);
    assertThatThrownBy(() -> unmeasured.save(out))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("held-out data");
    assertThat(directory).isEmptyDirectory();
  }
}
