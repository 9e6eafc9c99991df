package dev.ligo.cli.grow;

import dev.ligo.api.Backend;
import dev.ligo.api.CancelledException;
import dev.ligo.api.LigoException;
import dev.ligo.api.Wording;
import dev.ligo.cli.console.Console;
import dev.ligo.cli.console.Failures;
import dev.ligo.cli.console.Progress;
import dev.ligo.cli.console.Report;
import dev.ligo.cli.options.BackendChoice;
import dev.ligo.cli.options.CheckpointPath;
import dev.ligo.cli.options.ChosenBackend;
import dev.ligo.cli.options.CommonOptions;
import dev.ligo.cli.options.ConfigChoice;
import dev.ligo.cli.options.HyperparameterOptions;
import dev.ligo.cli.options.MethodNames;
import dev.ligo.cli.options.OptimizerState;
import dev.ligo.cli.options.ResumeChoice;
import dev.ligo.cli.options.SeedChoice;
import dev.ligo.cli.options.SizeChoice;
import dev.ligo.cli.options.TrainingBatchChoice;
import dev.ligo.cli.options.Values;
import dev.ligo.cli.options.WeightTypes;
import dev.ligo.cli.training.Machines;
import dev.ligo.core.Checkpoint;
import dev.ligo.core.Destination;
import dev.ligo.core.Growth;
import dev.ligo.core.Ligo;
import dev.ligo.core.checkpoint.DTypeOverflowException;
import dev.ligo.core.checkpoint.FileDType;
import dev.ligo.core.growth.FittingSizes;
import dev.ligo.core.growth.GrowthMethod;
import dev.ligo.core.growth.GrowthPlan;
import dev.ligo.core.growth.method.SlicesMethod;
import dev.ligo.core.model.ConfigOverrides;
import dev.ligo.core.model.ModelSpec;
import dev.ligo.core.model.Sizes;
import dev.ligo.core.recipe.MergeRecipe;
import dev.ligo.core.recipe.RecipeException;
import dev.ligo.core.train.BackendGradients;
import dev.ligo.core.train.ChangedRunException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Grows a checkpoint. */
@Command(
    name = "grow",
    description = {
      "Grows a checkpoint into a larger one, which any Hugging Face tool opens.",
      "Sizes that are not named follow from those that are."
    },
    sortOptions = false,
    customSynopsis = {
      "ligo grow --from DIR --out DIR [--method NAME] [OPTION...]",
      "       ligo grow --recipe FILE --out DIR [OPTION...]"
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "Larger, by the default method:",
      "  ligo grow --from bert-small --out bert-base --layers 12 --hidden 768",
      "Twice the layers, at once:",
      "  ligo grow --from bert-small --out bert-deep --method stack --layers 12",
      "Wider and deeper, by an operator that is learned on text in 100 steps:",
      "  ligo grow --from bert-small --out bert-base --method ligo \\",
      "      --layers 12 --hidden 768 --data corpus --operator-out operator.safetensors",
      "With the state of the optimizer that pretrain --save-optimizer-state left:",
      "  ligo grow --from bert-small --out bert-wide --method fpi --hidden 1024 \\",
      "      --optimizer-state",
      "By SOLAR's recipe, named or in mergekit's YAML:",
      "  ligo grow --from llama --out deep --method slices --slices 0-24,8-32",
      "  ligo grow --recipe solar.yaml --out deep",
      "The same by LiGO again, without learning:",
      "  ligo grow --from bert-small --out bert-base-2 --method ligo \\",
      "      --layers 12 --hidden 768 --operator operator.safetensors"
    })
public final class GrowCommand implements Runnable {
  private final Console console;
  private final Machines machines;

  @Spec CommandSpec spec;

  @Option(
      names = "--from",
      paramLabel = "DIR",
      converter = CheckpointPath.class,
      description = CheckpointPath.DESCRIPTION + ". Default: the recipe's")
  Optional<Path> from = Optional.empty();

  @Mixin ConfigChoice config = new ConfigChoice();

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "The directory to write, which must be new or empty")
  Optional<Path> out = Optional.empty();

  @Option(
      names = "--method",
      paramLabel = "NAME",
      completionCandidates = MethodNames.class,
      description = "How to grow, see 'ligo methods'. Default: " + Ligo.DEFAULT_METHOD)
  Optional<String> method = Optional.empty();

  @Option(
      names = "--recipe",
      paramLabel = "FILE",
      description =
          "A recipe of mergekit for 'passthrough', in the place of a method: slices of one model,"
              + " scales, dtypes. --dtype goes before its out_dtype")
  Optional<Path> recipe = Optional.empty();

  @Option(
      names = "--print-recipe",
      description = "Print the recipe that says the same, and grow nothing; for method slices")
  boolean printRecipe;

  @Option(
      names = "--optimizer-state",
      description = {
        "Grow the optimizer's state beside the checkpoint, too. It is exact where copies share"
            + " the gradient, a heuristic where the method changes the function"
      })
  boolean optimizerState;

  @Option(
      names = "--dtype",
      paramLabel = "TYPE",
      converter = WeightTypes.class,
      completionCandidates = WeightTypes.class,
      description = WeightTypes.DESCRIPTION + "the source's")
  Optional<FileDType> dtype = Optional.empty();

  @Option(
      names = "--vocab-size",
      paramLabel = "N",
      converter = Values.Tokens.class,
      description =
          "The number of tokens, not below the tokenizer's: tables and heads get rows near the mean"
              + " of those there are. Default: the source's")
  Optional<Integer> vocabulary = Optional.empty();

  @Mixin SeedChoice seed = new SeedChoice();

  @Option(
      names = "--measure-drift",
      description =
          "Measure on a batch of --data how far the logits of what is written moved; needs a"
              + " backend")
  boolean measureDrift;

  @Mixin ResumeChoice resuming = new ResumeChoice();

  @Mixin CommonOptions common = new CommonOptions();

  @ArgGroup(validate = false, heading = "%nThe sizes to grow to:%n")
  SizeChoice sizes = new SizeChoice();

  @ArgGroup(validate = false, heading = "%nLearning the operator, for methods that learn:%n")
  LearningChoice learning = new LearningChoice();

  @ArgGroup(validate = false, heading = "%nThe batches for it:%n")
  TrainingBatchChoice batch = new TrainingBatchChoice();

  @ArgGroup(exclusive = true, heading = "%nThe operator itself:%n")
  OperatorFiles operator = new OperatorFiles();

  @ArgGroup(validate = false, heading = "%nThe backend, which some growth needs:%n")
  BackendChoice backend = new BackendChoice();

  public GrowCommand(Console console, Machines machines) {
    this.console = console;
    this.machines = machines;
  }

  /** Where an operator is kept. */
  public static final class OperatorFiles {
    @Option(
        names = "--operator-out",
        paramLabel = "FILE",
        description = "The file into which the operator is written")
    Optional<Path> out = Optional.empty();

    @Option(
        names = "--operator",
        paramLabel = "FILE",
        description = "The file of an operator to apply instead of one that the method makes")
    Optional<Path> in = Optional.empty();
  }

  @Override
  public void run() {
    Ligo ligo = Ligo.create();
    Failures.asUsage(spec, this::checkTogether);
    Optional<MergeRecipe> read = recipe.map(MergeRecipe::read);
    GrowthMethod chosen = Failures.asUsage(spec, () -> chosen(ligo, read));
    Failures.asUsage(spec, backend::checked);
    Failures.asUsage(spec, resuming::check);
    checkData(chosen);
    Path source = from.orElseGet(() -> source(read.orElseThrow()));
    ConfigOverrides overrides = Failures.asUsage(spec, config::overrides);
    out.ifPresent(o -> Destination.requireFree(o, resuming.resume));
    try (Checkpoint small = config.open(ligo, source, overrides)) {
      Growth growth = read.map(r -> ligo.grow(small, r)).orElseGet(() -> ligo.grow(small, chosen));
      console.print(
          printRecipe ? recipe(growth, chosen, source) : grow(growth, chosen, small, source),
          common.json);
    }
  }

  private boolean checkTogether() {
    if (recipe.isPresent() && method.isPresent()) {
      throw new LigoException("--recipe says how to grow: leave --method out");
    }
    List<String> missing = new ArrayList<>();
    if (recipe.isEmpty() && from.isEmpty()) {
      missing.add("'--from=DIR'");
    }
    if (!printRecipe && out.isEmpty()) {
      missing.add("'--out=DIR'");
    }
    if (!missing.isEmpty()) {
      String options = Wording.plural(missing.size(), "option");
      throw new LigoException("missing required " + options + ": " + String.join(", ", missing));
    }
    return true;
  }

  private GrowthMethod chosen(Ligo ligo, Optional<MergeRecipe> read) {
    HyperparameterOptions given = new HyperparameterOptions(spec, ligo.methods().values());
    GrowthMethod chosen =
        read.<GrowthMethod>map(r -> new SlicesMethod(r.slices()))
            .orElseGet(() -> given.of(ligo.method(method.orElse(Ligo.DEFAULT_METHOD)), ligo));
    given.requireUsed();
    return chosen;
  }

  /** Returns the checkpoint that a recipe names. */
  private Path source(MergeRecipe read) {
    try {
      return read.source(recipe.orElseThrow());
    } catch (RecipeException e) {
      // The message may end with a command, behind which nothing can stand.
      throw new LigoException("without --from, " + e.getMessage(), e);
    }
  }

  private Report recipe(Growth growth, GrowthMethod chosen, Path source) {
    MergeRecipe same =
        sized(growth)
            .recipe()
            .orElseThrow(
                () ->
                    new LigoException(
                        "method '"
                            + chosen.name()
                            + "' has no recipe: recipes are of slices of layers, which method"
                            + " slices makes; leave --print-recipe out."));
    return new RecipeReport(same.of(source.toString()));
  }

  /**
   * Returns what computes the gradients by which the operator learns, for the same command on
   * another machine.
   *
   * @param on the backend to compute on
   */
  public BackendGradients gradients(Backend on) {
    Ligo ligo = Ligo.create();
    GrowthMethod chosen = chosen(ligo, Optional.empty());
    try (Checkpoint small = config.open(ligo, from.orElseThrow(), config.overrides())) {
      return sized(ligo.grow(small, chosen))
          .training(learning.options())
          .seed(seed.value)
          .gradients(on);
    }
  }

  /** Returns what opens the backend that the command names. */
  public ChosenBackend backend() {
    return backend.chosen(console.progress());
  }

  private GrowReport grow(Growth growth, GrowthMethod chosen, Checkpoint small, Path source) {
    long begun = System.nanoTime();
    try (Progress progress = console.progress();
        ChosenBackend opened = backend.chosen(progress)) {
      if (optimizerState) {
        OptimizerState.require(small);
      }
      requireGrowth(chosen, small, source);
      Path to = out.orElseThrow();
      Growth described = whole(growth, chosen, small.model(), source, progress).backend(opened);
      if (learns(chosen)) {
        machines.learn(described);
      }
      Growth.Report report = described.save(to);
      double seconds = (System.nanoTime() - begun) / 1e9;
      return new GrowReport(report, chosen, small.notes(), source, to, opened.name(), seconds);
    } catch (DTypeOverflowException e) {
      throw WeightTypes.advised(e);
    } catch (ChangedRunException e) {
      throw ResumeChoice.advised(e);
    } catch (CancelledException e) {
      throw chosen.learns() ? ResumeChoice.resumable(e, out.orElseThrow()) : e;
    }
  }

  /** Refuses to write the same model again, unless that is asked for. */
  private void requireGrowth(GrowthMethod chosen, Checkpoint small, Path source) {
    GrowthPlan plan = FittingSizes.plan(chosen, small.model(), sizes.sizes());
    boolean rewritten =
        Stream.of("--dtype", "--drop-head", "--set", "--vocab-size", "--recipe", "--slices")
            .anyMatch(spec.commandLine().getParseResult()::hasMatchedOption);
    if (!plan.widens() && !plan.deepens() && !rewritten) {
      throw new ParameterException(
          spec.commandLine(),
          "nothing would grow: "
              + source
              + " has these sizes already; name larger ones with --layers, --hidden, --heads or"
              + " --intermediate. To write it otherwise, name --dtype or --drop-head");
    }
  }

  private boolean learns(GrowthMethod chosen) {
    return chosen.learns() && operator.in.isEmpty();
  }

  private void checkData(GrowthMethod chosen) {
    boolean learns = learns(chosen);
    if (learns && learning.data.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(),
          "method '" + chosen.name() + "' learns its operator on data: name some with --data");
    }
    if (measureDrift && learning.data.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(), "--measure-drift compares logits on data: name some with --data");
    }
    if (!learns) {
      Stream.of("--data", "--steps", "--learning-rate", "--optimizer", "--accumulate")
          .filter(spec.commandLine().getParseResult()::hasMatchedOption)
          .filter(option -> !(measureDrift && option.equals("--data")))
          .forEach(o -> console.note("note: " + o + " is not used, nothing is learned here"));
    }
  }

  /** Says the sizes and the type that are asked for. */
  private Growth sized(Growth growth) {
    Sizes asked = sizes.sizes();
    dtype.ifPresent(growth::dtype);
    return growth.to(vocabulary.map(asked::withVocabulary).orElse(asked));
  }

  private Growth whole(
      Growth growth, GrowthMethod chosen, ModelSpec<?> model, Path source, Progress progress) {
    sized(growth)
        .training(learning.options())
        .optimizerState(optimizerState)
        .seed(seed.value)
        .measureDrift(measureDrift)
        .resume(resuming.resume)
        .allowChanged(resuming.allowed)
        .listener(progress);
    operator.in.ifPresent(growth::operatorFrom);
    operator.out.ifPresent(growth::operatorTo);
    return learns(chosen) || measureDrift
        ? growth.data(batch.training(learning.data, source, model, seed.value, progress))
        : growth;
  }
}
