package dev.ligo.cli.compare;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.ligo.api.Backend;
import dev.ligo.api.LigoException;
import dev.ligo.cli.console.CommandText;
import dev.ligo.cli.console.Progress;
import dev.ligo.cli.options.BatchChoice;
import dev.ligo.cli.options.CacheDirectory;
import dev.ligo.cli.options.ResumeChoice;
import dev.ligo.cli.training.TrainingChoice;
import dev.ligo.core.Checkpoint;
import dev.ligo.core.Growth;
import dev.ligo.core.Ligo;
import dev.ligo.core.Training;
import dev.ligo.core.checkpoint.HuggingFaceDirectory;
import dev.ligo.core.data.Augmentation;
import dev.ligo.core.data.DataRequest;
import dev.ligo.core.data.Documents;
import dev.ligo.core.growth.GrowthMethod;
import dev.ligo.core.growth.GrowthPlan;
import dev.ligo.core.hyperparameter.Tunable;
import dev.ligo.core.model.ConfigException;
import dev.ligo.core.model.ConfigOverrides;
import dev.ligo.core.model.ModelSpec;
import dev.ligo.core.model.Sizes;
import dev.ligo.core.train.MomentsFile;
import dev.ligo.core.train.Optimizer;
import dev.ligo.core.train.Schedule;
import dev.ligo.core.train.TrainingOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A model that a comparison trains to grow it.
 *
 * @param directory where its checkpoint stands when it is trained
 * @param values how it is trained, by the names of the options of {@code ligo pretrain}
 * @param sizes those of its config that are not the file's
 * @param before what it is grown from itself, if it does not begin from scratch
 * @param keepsState whether the optimizer's state is left beside it
 */
record TrainedSource(
    Path directory, JsonObject values, Sizes sizes, Optional<Before> before, boolean keepsState) {
  /**
   * An earlier stage.
   *
   * @param source the smaller model
   * @param method the name of the method that grows it
   */
  record Before(TrainedSource source, String method) {}

  private static final double WEIGHT_DECAY = 0.01;

  /** So many sizes on each side of one that does not fit are tried. */
  private static final int MOST_TRIED = 1024;

  private static final String SET = "set";
  private static final String CONFIG = "config";
  private static final String TOKENIZER = "tokenizer";
  private static final String SEQUENCE_LENGTH = "sequence-length";
  private static final String DOCUMENTS = "documents";
  private static final String AUGMENT = "augment";

  TrainedSource(Path directory, JsonObject values) {
    this(directory, values, Sizes.SAME, Optional.empty(), false);
  }

  /** Returns the stages up to this one, the first one first. */
  List<TrainedSource> stages() {
    List<TrainedSource> stages =
        new ArrayList<>(before.map(b -> b.source().stages()).orElse(List.of()));
    stages.add(this);
    return stages;
  }

  /** Returns the same source with the optimizer's state beside it. */
  TrainedSource keepingState() {
    return new TrainedSource(directory, values, sizes, before, true);
  }

  /**
   * Returns whether it is trained.
   *
   * @throws LigoException if it was trained under another schedule, or lacks the optimizer's state
   */
  boolean isThere() {
    Path record = directory.resolve(Checkpoint.TRAINING);
    if (Files.exists(record)) {
      JsonObject training = HuggingFaceDirectory.readConfig(record);
      JsonElement was = training.get("schedule");
      JsonElement steps = training.get("number_of_steps");
      boolean same = schedule().json().equals(was) && values.get("steps").equals(steps);
      if (was != null && !same) {
        throw new LigoException(
            directory
                + " should have been trained under "
                + schedule()
                + ", found "
                + was
                + " in "
                + steps
                + " steps"
                + "; remove it, and it is trained again, or name other results.");
      }
    }
    boolean there = Files.exists(directory);
    if (there && keepsState && !Files.exists(directory.resolve(MomentsFile.NAME))) {
      throw new LigoException(
          directory
              + " was trained without keeping the optimizer's state, which +"
              + Tunable.MOMENTS
              + " grows; remove it, and it is trained again, or name other results.");
    }
    return there;
  }

  /** Returns the model, known before it is trained. */
  ModelSpec<?> model(Ligo ligo) {
    ModelSpec<?> base = base(ligo);
    try {
      return base.resized(sizes);
    } catch (ConfigException e) {
      int asked = sizes.hidden().orElseThrow(() -> e);
      List<Integer> around = new ArrayList<>();
      fitting(base, IntStream.iterate(asked - 1, n -> n > 0, n -> n - 1)).ifPresent(around::add);
      fitting(base, IntStream.iterate(asked + 1, n -> n + 1)).ifPresent(around::add);
      if (around.isEmpty()) {
        throw e;
      }
      throw new LigoException(
          "no source of hidden size "
              + asked
              + " can be made of "
              + path(CONFIG)
              + ": its heads or its feed-forward layers would not come out whole; take "
              + around.stream().map(String::valueOf).collect(Collectors.joining(" or "))
              + ".",
          e);
    }
  }

  /** Returns the first hidden size of which there is such a model. */
  private OptionalInt fitting(ModelSpec<?> base, IntStream hidden) {
    return hidden.limit(MOST_TRIED).filter(n -> isModel(base, sizes.withHidden(n))).findFirst();
  }

  private static boolean isModel(ModelSpec<?> base, Sizes asked) {
    try {
      return base.resized(asked).layout().size() > 0;
    } catch (LigoException e) {
      return false; // as of the size that was asked for
    }
  }

  private ModelSpec<?> base(Ligo ligo) {
    return ligo.model(
        HuggingFaceDirectory.readConfig(path(CONFIG)), ConfigOverrides.parse(assignments(set())));
  }

  private JsonObject set() {
    return values.has(SET) ? values.getAsJsonObject(SET).deepCopy() : new JsonObject();
  }

  private static List<String> assignments(JsonObject set) {
    return set.entrySet().stream().map(e -> e.getKey() + "=" + e.getValue().getAsString()).toList();
  }

  /** Returns what the file's config is changed by, the sizes too. */
  private List<String> assignments(Ligo ligo) {
    JsonObject set = set();
    if (!sizes.equals(Sizes.SAME)) {
      JsonObject before = base(ligo).json();
      model(ligo).json().entrySet().stream()
          .filter(e -> !e.getValue().equals(before.get(e.getKey())))
          .forEach(e -> set.add(e.getKey(), e.getValue()));
    }
    return assignments(set);
  }

  /** Trains it, or goes on with it where that was interrupted. The stage before it is trained. */
  void train(Ligo ligo, List<Path> data, List<Path> held, Backend backend, Progress progress) {
    if (before.isEmpty()) {
      train(ligo.pretrain(model(ligo), beside(), number("seed")), data, held, backend, progress);
      return;
    }
    if (!Files.exists(grown())) {
      try (Checkpoint small = ligo.open(before.get().source().directory())) {
        growth(ligo, small).listener(progress).save(grown());
      }
    }
    try (Checkpoint grown = ligo.open(grown())) {
      train(ligo.pretrain(grown, number("seed")), data, held, backend, progress);
    }
  }

  /**
   * Refuses a stage that cannot be grown, known before anything is trained.
   *
   * @throws LigoException if the method is not defined for the stage before, or learns
   */
  void requireGrown(Ligo ligo) {
    before.ifPresent(
        b -> {
          GrowthMethod method = ligo.method(b.method());
          if (method.learns()) {
            throw new LigoException(
                "sources are grown on their way by a method that does not learn, and '"
                    + b.method()
                    + "' does; name another one with "
                    + SweepChoice.METHOD
                    + ".");
          }
          ModelSpec<?> small = b.source().model(ligo);
          method.operator(new GrowthPlan(small, small.resized(sizes)), number("seed"));
        });
  }

  private Growth growth(Ligo ligo, Checkpoint small) {
    return ligo.grow(small, before.orElseThrow().method()).to(sizes).seed(number("seed"));
  }

  /** Returns where it stands before it is trained. */
  private Path grown() {
    return directory.resolveSibling(directory.getFileName() + ".grown");
  }

  private Map<String, Path> beside() {
    return values.has(TOKENIZER) ? Map.of(Ligo.TOKENIZER, path(TOKENIZER)) : Map.of();
  }

  private void train(
      Training run, List<Path> data, List<Path> held, Backend backend, Progress progress) {
    long seed = number("seed");
    Path tokenizer =
        values.has(TOKENIZER) ? path(TOKENIZER) : path(CONFIG).toAbsolutePath().getParent();
    DataRequest request =
        DataRequest.of(data, tokenizer)
            .cache(CacheDirectory.ofProcess())
            .batchSize((int) number("batch-size"))
            .sequenceLength(
                values.has(SEQUENCE_LENGTH)
                    ? (int) number(SEQUENCE_LENGTH)
                    : BatchChoice.defaultSequenceLength(run.model()))
            .documents(values.has(DOCUMENTS) ? Documents.named(text(DOCUMENTS)) : Documents.DEFAULT)
            .seed(seed)
            .listener(progress)
            .build();
    if (values.has(AUGMENT)) {
      request = request.withAugmentations(Augmentation.named(text(AUGMENT)));
    }
    run.data(request);
    run.evaluateOn(request.toEvaluate(held)).keepOptimizerState(keepsState);
    new TrainingChoice()
        .run(
            run, request, options(seed), directory, ResumeChoice.always(), () -> backend, progress);
  }

  Schedule schedule() {
    return new Schedule(
        Schedule.Decay.valueOf(text("schedule").toUpperCase(Locale.ROOT)),
        values.get("learning-rate").getAsDouble(),
        number("warmup"),
        number("steps"),
        0);
  }

  private TrainingOptions options(long seed) {
    return new TrainingOptions(
        number("steps"),
        1,
        schedule(),
        Optimizer.adamW(WEIGHT_DECAY),
        number("eval-every"),
        number("eval-batches"),
        seed);
  }

  /**
   * Returns the commands that train it alike, from the stage before it where there is one.
   *
   * @param shared the options that it has from the comparison
   */
  List<String> commands(Ligo ligo, List<String> shared) {
    List<String> commands = new ArrayList<>();
    List<String> words =
        new ArrayList<>(List.of("pretrain", "--out", directory.toString(), "--resume"));
    Set<String> left = new HashSet<>(Set.of(SET));
    if (before.isPresent()) {
      commands.add(CommandText.of(growing(before.get())));
      words.addAll(List.of("--from", grown().toString()));
      left.addAll(Set.of(CONFIG, TOKENIZER));
    } else {
      assignments(ligo).forEach(a -> words.addAll(List.of("--" + SET, a)));
    }
    values.entrySet().stream()
        .filter(e -> !left.contains(e.getKey()))
        .forEach(e -> words.addAll(List.of("--" + e.getKey(), e.getValue().getAsString())));
    if (keepsState) {
      words.add("--save-optimizer-state");
    }
    words.addAll(shared);
    commands.add(CommandText.of(words));
    return commands;
  }

  private List<String> growing(Before b) {
    List<String> words = new ArrayList<>(List.of("grow", "--from"));
    words.addAll(List.of(b.source().directory().toString(), "--method", b.method()));
    sizes.layers().ifPresent(n -> words.addAll(List.of("--layers", String.valueOf(n))));
    sizes.hidden().ifPresent(n -> words.addAll(List.of("--hidden", String.valueOf(n))));
    words.addAll(List.of("--seed", text("seed"), "--out", grown().toString()));
    return words;
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
