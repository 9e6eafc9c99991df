package dev.ligo.it.family;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.ligo.api.Backend;
import dev.ligo.api.CancelledException;
import dev.ligo.api.DType;
import dev.ligo.core.Finetuning;
import dev.ligo.core.Ligo;
import dev.ligo.core.Training;
import dev.ligo.core.data.DataRequest;
import dev.ligo.core.data.HeldOut;
import dev.ligo.core.data.ProgressListener;
import dev.ligo.core.data.Work;
import dev.ligo.core.model.ModelSpec;
import dev.ligo.core.train.Optimizer;
import dev.ligo.core.train.Schedule;
import dev.ligo.core.train.TrainingDirectory;
import dev.ligo.core.train.TrainingOptions;
import dev.ligo.it.TestBackends;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every family of texts is fitted to labelled data, in memory as a comparison does it. */
class FinetuningTest {
  private static final Path CLI = Path.of("../ligo-cli/src/main/resources/dev/ligo/cli");

  private static final String CONFIG =
      """
      {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "n_embd": 16,
       "n_layer": 1, "n_head": 2, "intermediate_size": 32, "max_position_embeddings": 20,
       "n_positions": 20, "hidden_dropout_prob": 0, "attention_probs_dropout_prob": 0,
       "initializer_range": 0.1, "embd_pdrop": 0, "attn_pdrop": 0, "resid_pdrop": 0}\
      """;

  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource({"bert, demo", "roberta, compare/presets", "gpt2, compare/presets"})
  void aFamilyLearnsToTellTextsApart(String family, String tokenizer) throws IOException {
    try (Backend backend = TestBackends.open(TestBackends.first())) {
      Finetuning finetuning = finetuning(family, tokenizer, ProgressListener.SILENT);
      assertThat(finetuning.freshHead()).isTrue();
      assertThat(finetuning.labels().names()).containsExactly("bad", "good", "so-so");
      assertThat(finetuning.split().held().size()).isEqualTo(15);
      Schedule schedule = new Schedule(Schedule.Decay.LINEAR, 0.01, 25, 250, 0);
      TrainingOptions options =
          new TrainingOptions(250, 1, schedule, Optimizer.adamW(0), 250, Long.MAX_VALUE, 1);
      Map<String, Double> metrics = finetuning.measure(backend, options, ProgressListener.SILENT);
      assertThat(metrics.get("scored")).isEqualTo(15);
      assertThat(metrics.get("accuracy")).isGreaterThan(0.9);
      assertThat(metrics.get("macro_f1")).isGreaterThan(0.9);
    }
  }

  private Finetuning finetuning(String family, String tokenizer, ProgressListener reading)
      throws IOException {
    JsonObject config = JsonParser.parseString(CONFIG).getAsJsonObject();
    config.addProperty("model_type", family);
    config.addProperty("vocab_size", 6000);
    config.addProperty("eos_token_id", 0);
    Ligo ligo = Ligo.create();
    ModelSpec<?> model = ligo.model(config);
    DataRequest request =
        DataRequest.of(List.of(table()), CLI.resolve(tokenizer).resolve("tokenizer.json"))
            .batchSize(8)
            .sequenceLength(12)
            .listener(reading)
            .build();
    return ligo.finetune(
        model,
        model.initialValues(DType.FLOAT32, 1),
        "classification",
        request,
        HeldOut.share(0.25),
        1);
  }

  /** Cancels when it is asked or told something for a number of times. */
  private static final class CancelsAfter implements ProgressListener {
    private final int most;
    private int times;

    CancelsAfter(int most) {
      this.most = most;
    }

    @Override
    public void progress(Work.Progress progress) {
      progress.learning().ifPresent(l -> times++);
    }

    @Override
    public boolean isCancelled() {
      return times >= most;
    }
  }

  @Test
  void aFinetuningThatIsCancelledGoesOnFromItsStep() throws IOException {
    Path out = directory.resolve("out");
    try (Backend backend = TestBackends.open(TestBackends.first())) {
      Training training =
          finetuning("bert", "demo", ProgressListener.SILENT)
              .training()
              .backend(backend)
              .options(TrainingOptions.of(5))
              .resume(true);
      assertThatThrownBy(() -> training.listener(new CancelsAfter(3)).save(out))
          .isInstanceOf(CancelledException.class)
          .hasMessageStartingWith("cancelled while training");
      assertThat(backend.liveArrays()).isZero();
      assertThat(out).doesNotExist();
      assertThat(TrainingDirectory.savedStep(out)).hasValue(3);
      CancelsAfter rest = new CancelsAfter(3);
      training.listener(rest).save(out);
      assertThat(rest.times).as("the steps that were left").isEqualTo(2);
      assertThat(out).isDirectory();
    }
  }

  @Test
  void theReadingOfItsExamplesIsCancelled() {
    ProgressListener cancelled =
        new ProgressListener() {
          @Override
          public void progress(Work.Progress progress) {}

          @Override
          public boolean isCancelled() {
            return true;
          }
        };
    assertThatThrownBy(() -> finetuning("bert", "demo", cancelled))
        .isInstanceOf(CancelledException.class)
        .hasMessage("cancelled while reading labelled texts.");
  }

  /** Sixty texts of different lengths, whose first word tells the label. */
  private Path table() throws IOException {
    String[] words = {"good", "bad", "dull"};
    String[] labels = {"good", "bad", "so-so"};
    StringBuilder lines = new StringBuilder("text\tlabel\n");
    for (int i = 0; i < 60; i++) {
      lines.append(words[i % 3]).append(" night ".repeat(1 + i / 30)).append(i);
      lines.append('\t').append(labels[i % 3]).append('\n');
    }
    return Files.writeString(directory.resolve("a.tsv"), lines);
  }
}
