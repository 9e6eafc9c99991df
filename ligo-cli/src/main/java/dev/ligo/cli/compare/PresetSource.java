package dev.ligo.cli.compare;

import com.google.gson.JsonObject;
import dev.ligo.api.Backend;
import dev.ligo.cli.console.Progress;
import dev.ligo.cli.options.BatchChoice;
import dev.ligo.cli.options.CacheDirectory;
import dev.ligo.cli.options.ResumeChoice;
import dev.ligo.cli.training.TrainingChoice;
import dev.ligo.core.Ligo;
import dev.ligo.core.Training;
import dev.ligo.core.checkpoint.HuggingFaceDirectory;
import dev.ligo.core.data.DataRequest;
import dev.ligo.core.model.ConfigOverrides;
import dev.ligo.core.model.ModelSpec;
import dev.ligo.core.train.Optimizer;
import dev.ligo.core.train.Schedule;
import dev.ligo.core.train.TrainingOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A model that a preset trains to grow it.
 *
 * @param directory where its checkpoint stands when it is trained
 * @param values how it is trained, by the names of the options of {@code ligo pretrain}
 */
record PresetSource(Path directory, JsonObject values) {
  private static final double WEIGHT_DECAY = 0.01;
  private static final String SET = "set";

  /** Returns whether it is trained. */
  boolean isThere() {
    return Files.exists(directory);
  }

  /** Returns the model, known before it is trained. */
  ModelSpec<?> model(Ligo ligo) {
    return ligo.model(
        HuggingFaceDirectory.readConfig(path("config")), ConfigOverrides.parse(assignments()));
  }

  private List<String> assignments() {
    List<String> all = new ArrayList<>();
    if (values.has(SET)) {
      values
          .getAsJsonObject(SET)
          .entrySet()
          .forEach(e -> all.add(e.getKey() + "=" + e.getValue().getAsString()));
    }
    return all;
  }

  /** Trains it, or goes on with it where that was interrupted. */
  void train(Ligo ligo, List<Path> data, List<Path> held, Backend backend, Progress progress) {
    ModelSpec<?> model = model(ligo);
    Optional<Path> tokenizer =
        values.has("tokenizer") ? Optional.of(path("tokenizer")) : Optional.empty();
    long seed = number("seed");
    Training run =
        ligo.pretrain(model, tokenizer.map(t -> Map.of(Ligo.TOKENIZER, t)).orElse(Map.of()), seed);
    DataRequest request =
        DataRequest.of(data, tokenizer.orElseGet(() -> path("config").toAbsolutePath().getParent()))
            .cache(CacheDirectory.ofProcess())
            .batchSize((int) number("batch-size"))
            .sequenceLength(
                values.has("sequence-length")
                    ? (int) number("sequence-length")
                    : BatchChoice.defaultSequenceLength(model))
            .seed(seed)
            .listener(progress)
            .build();
    run.data(request);
    run.evaluateOn(request.toEvaluate(held));
    new TrainingChoice()
        .run(
            run, request, options(seed), directory, ResumeChoice.always(), () -> backend, progress);
  }

  private TrainingOptions options(long seed) {
    long steps = number("steps");
    Schedule schedule =
        new Schedule(
            Schedule.Decay.valueOf(text("schedule").toUpperCase(Locale.ROOT)),
            values.get("learning-rate").getAsDouble(),
            number("warmup"),
            steps,
            0);
    return new TrainingOptions(
        steps,
        1,
        schedule,
        Optimizer.adamW(WEIGHT_DECAY),
        number("eval-every"),
        number("eval-batches"),
        seed);
  }

  /**
   * Returns the command that trains it alike.
   *
   * @param shared the options that it has from the comparison
   */
  String command(List<String> shared) {
    List<String> words =
        new ArrayList<>(List.of("pretrain", "--out", directory.toString(), "--resume"));
    values.entrySet().stream()
        .filter(e -> !e.getKey().equals(SET))
        .forEach(e -> words.addAll(List.of("--" + e.getKey(), e.getValue().getAsString())));
    assignments().forEach(a -> words.addAll(List.of("--" + SET, a)));
    words.addAll(shared);
    return CommandText.of(words);
  }

  private Path path(String key) {
    return Path.of(text(key));
  }

  private String text(String key) {
    return values.get(key).getAsString();
  }

  private long number(String key) {
    return values.get(key).getAsLong();
  }
}
