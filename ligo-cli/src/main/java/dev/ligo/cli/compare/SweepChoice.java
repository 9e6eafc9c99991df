package dev.ligo.cli.compare;

import com.google.gson.JsonObject;
import dev.ligo.api.LigoException;
import dev.ligo.cli.options.MethodNames;
import dev.ligo.cli.options.OptimizerChoice;
import dev.ligo.cli.options.TrainingBatchChoice;
import dev.ligo.cli.options.Values;
import dev.ligo.cli.options.Words;
import dev.ligo.core.comparison.SourceCurve;
import dev.ligo.core.model.Sizes;
import dev.ligo.core.train.Schedule;
import dev.ligo.core.train.TrainingOptions;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import picocli.CommandLine.Option;

/** The sources that a comparison trains first: of several lengths and sizes, all else alike. */
final class SweepChoice {
  /** The option that says how sources are grown on their way. */
  static final String METHOD = "--source-method";

  private static final String STAGES = "--source-stages";

  private static final String STAGE_METHOD = "copy";

  /** The seed of the sources' initial values, where no preset names one. */
  private static final long SEED = 1;

  @Option(
      names = "--source-steps",
      paramLabel = "N",
      split = ",",
      converter = Values.Steps.class,
      description = {
        "Train sources for so many steps, each under a schedule of its own, and compare every"
            + " method from each: NAME becomes NAME-N. Methods with a source of their own are left"
            + " as they are.",
        "Default: as the preset; without one --from is grown as it is"
      })
  List<Long> steps = List.of();

  @Option(
      names = "--source-layers",
      paramLabel = "N",
      split = ",",
      converter = Values.Layers.class,
      description = "Sources with so many layers each. Default: as --from")
  List<Integer> layers = List.of();

  @Option(
      names = "--source-hidden",
      paramLabel = "N",
      split = ",",
      converter = Values.Units.class,
      description = "Sources of these hidden sizes each. Default: as --from")
  List<Integer> hidden = List.of();

  @Option(
      names = STAGES,
      paramLabel = "LAYERSxHIDDEN:STEPS,...",
      converter = Stage.Converter.class,
      description = {
        "In their place, a source that grows on its way: 3x64:300,4x96:600 trains 3 layers × 64 for"
            + " 300 steps, grows them to 4 × 96, and trains these for 600, each under a schedule of"
            + " its own. All stages are charged. NAME becomes NAME-3x64-300-4x96-600. The option"
            + " may be repeated."
      })
  List<Stage.All> stages = List.of();

  @Option(
      names = METHOD,
      paramLabel = "NAME",
      completionCandidates = MethodNames.class,
      description = "The method that grows a source between its stages. Default: " + STAGE_METHOD)
  Optional<String> method = Optional.empty();

  @Option(
      names = "--source-learning-rate",
      paramLabel = "X",
      converter = Values.Positive.class,
      description = "Their highest learning rate. Default: the preset's, or --learning-rate")
  Optional<Double> learningRate = Optional.empty();

  @Option(
      names = "--source-schedule",
      paramLabel = "SCHEDULE",
      converter = OptimizerChoice.Decays.class,
      completionCandidates = OptimizerChoice.Decays.class,
      description =
          "How their rate falls: ${COMPLETION-CANDIDATES}. A model that was grown at a constant rate"
              + " goes on in the stable phase of wsd. Default: the preset's, or --schedule")
  Optional<Schedule.Decay> schedule = Optional.empty();

  /**
   * Returns whether sources are trained.
   *
   * @param preset whether there is a preset, which says how long its source is trained
   * @throws LigoException if one is named twice, or it is said how, but not which
   */
  boolean isAsked(boolean preset) {
    requireOnce("--source-steps", steps);
    requireOnce("--source-layers", layers);
    requireOnce("--source-hidden", hidden);
    requireOnce(STAGES, stages);
    boolean alike = !steps.isEmpty() || !layers.isEmpty() || !hidden.isEmpty();
    if (alike && !stages.isEmpty()) {
      throw new LigoException(
          STAGES + " names sizes and steps itself; leave --source-steps and the sizes out");
    }
    if (method.isPresent() && stages.isEmpty()) {
      throw new LigoException(
          METHOD + " is of sources that are grown on their way; name their " + STAGES);
    }
    boolean asked = alike || !stages.isEmpty();
    if (!asked && (learningRate.isPresent() || schedule.isPresent())) {
      throw new LigoException(
          (learningRate.isPresent() ? "--source-learning-rate" : "--source-schedule")
              + " is of sources that are trained first; name their --source-steps");
    }
    if (asked && steps.isEmpty() && stages.isEmpty() && !preset) {
      throw new LigoException(
          "sources of other sizes are trained first; name their --source-steps");
    }
    return asked;
  }

  private static void requireOnce(String option, List<?> values) {
    for (int i = 0; i < values.size(); i++) {
      if (values.indexOf(values.get(i)) < i) {
        throw new LigoException(option + " names " + values.get(i) + " twice");
      }
    }
  }

  /**
   * Returns the sources, by what tells them apart.
   *
   * @param base how one is trained where nothing else is asked for
   * @param directory gives where one stands, by what tells it apart
   */
  Map<String, TrainedSource> sources(TrainedSource base, UnaryOperator<Path> directory) {
    Map<String, TrainedSource> all = new LinkedHashMap<>();
    stages.forEach(s -> all.putAll(last(base, s.stages(), directory)));
    if (!all.isEmpty()) {
      return all;
    }
    for (long n : steps.isEmpty() ? List.of(base.schedule().steps()) : steps) {
      for (Optional<Integer> deep : orNone(layers)) {
        for (Optional<Integer> wide : orNone(hidden)) {
          String key =
              n
                  + deep.map(d -> "-" + d + "layers").orElse("")
                  + wide.map(w -> "-" + w + "wide").orElse("");
          Sizes sizes = deep.map(base.sizes()::withLayers).orElse(base.sizes());
          all.put(
              key,
              new TrainedSource(
                  directory.apply(Path.of(base.directory().getFileName() + "-" + key)),
                  values(base, n),
                  wide.map(sizes::withHidden).orElse(sizes),
                  Optional.empty(),
                  false));
        }
      }
    }
    return all;
  }

  /** Returns the source of some stages. */
  private Map<String, TrainedSource> last(
      TrainedSource base, List<Stage> stages, UnaryOperator<Path> directory) {
    String key = "";
    Optional<TrainedSource.Before> before = Optional.empty();
    Map<String, TrainedSource> last = Map.of();
    for (Stage stage : stages) {
      key += (key.isEmpty() ? "" : "-") + stage.key();
      TrainedSource source =
          new TrainedSource(
              directory.apply(Path.of(base.directory().getFileName() + "-" + key)),
              values(base, stage.steps()),
              base.sizes().withLayers(stage.layers()).withHidden(stage.hidden()),
              before,
              false);
      before = Optional.of(new TrainedSource.Before(source, method.orElse(STAGE_METHOD)));
      last = Map.of(key, source);
    }
    return last;
  }

  private static List<Optional<Integer>> orNone(List<Integer> sizes) {
    return sizes.isEmpty() ? List.of(Optional.empty()) : sizes.stream().map(Optional::of).toList();
  }

  /** Returns how a source is trained for a number of steps, with the same share of warm-up. */
  private JsonObject values(TrainedSource base, long n) {
    Schedule over = base.schedule().over(n);
    JsonObject values = base.values().deepCopy();
    values.addProperty("steps", n);
    values.addProperty("warmup", over.warmup());
    values.addProperty("eval-every", TrainingOptions.evaluateEvery(n));
    learningRate.ifPresent(r -> values.addProperty("learning-rate", r));
    schedule.ifPresent(s -> values.addProperty("schedule", Words.word(s)));
    return values;
  }

  /** Returns how sources are trained where no preset says it: as models from scratch are. */
  static JsonObject as(TrainingBatchChoice batch, OptimizerChoice training, long steps) {
    JsonObject values = batch.values();
    Schedule schedule = training.schedule(steps);
    values.addProperty("steps", steps);
    values.addProperty("schedule", Words.word(schedule.decay()));
    values.addProperty("learning-rate", schedule.peak());
    values.addProperty("warmup", schedule.warmup());
    values.addProperty("seed", SEED);
    values.addProperty("eval-batches", training.evaluationBatches());
    return values;
  }

  /** Returns the name of a candidate from one of the sources. */
  static String label(String candidate, String key) {
    return candidate + SourceCurve.BEFORE_SOURCE + key;
  }

  /** Returns the names of the options, which the comparison of what they train has not. */
  static List<String> names() {
    return List.of(
        "--source-steps",
        "--source-layers",
        "--source-hidden",
        STAGES,
        METHOD,
        "--source-learning-rate",
        "--source-schedule");
  }
}
