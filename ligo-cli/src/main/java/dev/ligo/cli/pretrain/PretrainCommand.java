package dev.ligo.cli.pretrain;

import dev.ligo.api.Backend;
import dev.ligo.api.CancelledException;
import dev.ligo.cli.console.Console;
import dev.ligo.cli.console.Failures;
import dev.ligo.cli.console.Progress;
import dev.ligo.cli.options.CheckpointFile;
import dev.ligo.cli.options.CheckpointPath;
import dev.ligo.cli.options.ChosenBackend;
import dev.ligo.cli.options.CommonOptions;
import dev.ligo.cli.options.ConfigChoice;
import dev.ligo.cli.options.DataChoice;
import dev.ligo.cli.options.OptimizerState;
import dev.ligo.cli.options.OutChoice;
import dev.ligo.cli.options.ResumeChoice;
import dev.ligo.cli.options.SeedChoice;
import dev.ligo.cli.options.TrainingBackendChoice;
import dev.ligo.cli.options.TrainingBatchChoice;
import dev.ligo.cli.options.Values;
import dev.ligo.cli.training.Machines;
import dev.ligo.cli.training.TrainingChoice;
import dev.ligo.cli.training.TrainingReport;
import dev.ligo.core.Checkpoint;
import dev.ligo.core.Ligo;
import dev.ligo.core.Training;
import dev.ligo.core.checkpoint.HuggingFaceDirectory;
import dev.ligo.core.data.DataRequest;
import dev.ligo.core.data.ProgressListener;
import dev.ligo.core.model.ConfigOverrides;
import dev.ligo.core.model.ModelSpec;
import dev.ligo.core.train.BackendGradients;
import dev.ligo.core.train.BackendRounds;
import dev.ligo.core.train.TrainingOptions;
import dev.ligo.core.train.TrainingStrategy;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Trains a model on its family's pretraining task. */
@Command(
    name = "pretrain",
    description = {
      "Trains a model on text or images, from a checkpoint or from scratch.",
      "Metrics and the last saved state stand in DIR.training until DIR is written."
    },
    sortOptions = false,
    customSynopsis = {
      "ligo pretrain (--from DIR | --config FILE [--tokenizer FILE])",
      "                     --data PATH... (--steps N | --epochs X) --out DIR",
      "                     [OPTION...]"
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  ligo pretrain --from bert-base --data corpus --eval-data held-out.txt \\",
      "      --steps 10000 --out bert-trained",
      "From scratch:",
      "  ligo pretrain --config config.json --tokenizer tokenizer.json --data corpus \\",
      "      --steps 10000 --learning-rate 0.0005 --out bert-scratch",
      "Grown with the state of its optimizer, some layers and tokens left out:",
      "  ligo pretrain --from bert-base --optimizer-state \\",
      "      --strategy layerdrop,tokendrop --data corpus --steps 10000 --out trained",
      "From scratch, with the small model as a teacher at first:",
      "  ligo pretrain --config config.json --tokenizer tokenizer.json --data corpus \\",
      "      --strategy ki --small bert-small --steps 10000 --out inherited",
      "An interrupted run goes on:",
      "  ligo pretrain --from bert-base --data corpus --eval-data held-out.txt \\",
      "      --steps 10000 --out bert-trained --resume"
    })
public final class PretrainCommand implements Runnable {
  private final Console console;
  private final Machines machines;

  @Spec CommandSpec spec;

  @ArgGroup(exclusive = true, multiplicity = "1", heading = "%nWhat to train:%n")
  Origin origin;

  @Mixin DataChoice data = new DataChoice();

  @ArgGroup(exclusive = true, multiplicity = "1")
  Length length = new Length();

  @Mixin OutChoice out = new OutChoice();

  @Mixin ResumeChoice resume = new ResumeChoice();

  @Option(
      names = "--eval-data",
      paramLabel = "PATH",
      arity = "1..*",
      description = "Data to evaluate on, of the same kinds")
  List<Path> evalData = List.of();

  @Option(
      names = "--eval-every",
      paramLabel = "N",
      converter = Values.Steps.class,
      description = "The steps between evaluations. Default: a tenth of all steps")
  Optional<Long> evalEvery = Optional.empty();

  @Mixin SeedChoice seed = new SeedChoice();

  @Mixin ConfigChoice config = new ConfigChoice();

  @Mixin CommonOptions common = new CommonOptions();

  @ArgGroup(validate = false, heading = "%nBatches:%n")
  TrainingBatchChoice batch = new TrainingBatchChoice();

  @ArgGroup(validate = false, heading = "%nTraining:%n")
  TrainingChoice training = new TrainingChoice();

  @ArgGroup(validate = false, heading = "%nStrategies, and the optimizer's state:%n")
  PretrainStrategies strategies = new PretrainStrategies();

  @ArgGroup(validate = false, heading = "%nThe backend:%n")
  TrainingBackendChoice backend = new TrainingBackendChoice();

  public PretrainCommand(Console console, Machines machines) {
    this.console = console;
    this.machines = machines;
  }

  /** How long to train. */
  public static final class Length {
    @Option(
        names = "--steps",
        paramLabel = "N",
        required = true,
        converter = Values.Steps.class,
        description = "The number of steps")
    Optional<Long> steps = Optional.empty();

    @Option(
        names = "--epochs",
        paramLabel = "X",
        required = true,
        converter = Values.Epochs.class,
        description = "How often to go through the data instead")
    Optional<Double> epochs = Optional.empty();
  }

  /** A checkpoint, or a config and, for text, a tokenizer. */
  public static final class Origin {
    @Option(
        names = "--from",
        paramLabel = "DIR",
        converter = CheckpointPath.class,
        required = true,
        description = CheckpointPath.DESCRIPTION)
    Optional<Path> from = Optional.empty();

    @ArgGroup(exclusive = false)
    @Nullable Scratch scratch;
  }

  /** What a model from scratch needs. */
  public static final class Scratch {
    @Option(
        names = "--config",
        paramLabel = "FILE",
        converter = CheckpointFile.Config.class,
        required = true,
        description =
            "The config.json of a model to train from scratch, or org/name in the cache of the hub")
    Path config;

    @Option(
        names = "--tokenizer",
        paramLabel = "FILE",
        converter = CheckpointFile.Tokenizer.class,
        description =
            "The tokenizer.json for it, where it reads text, or org/name in the cache of the hub")
    Optional<Path> tokenizer = Optional.empty();
  }

  @Override
  public void run() {
    Failures.asUsage(spec, backend::checked);
    Failures.asUsage(spec, resume::check);
    if (length.steps.isEmpty() && length.epochs.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(), "a training has a length: name it with --steps or --epochs");
    }
    length.steps.ifPresent(this::options); // refused before anything is read
    Failures.asUsage(spec, () -> training.evaluateEvery(evalEvery, () -> 1));
    if (evalData.isEmpty()) {
      Failures.asUsage(spec, training::requireNoEvaluation);
    }
    Ligo ligo = Ligo.create();
    List<TrainingStrategy> chosen = Failures.asUsage(spec, () -> strategies.chosen(ligo, spec));
    if (strategies.begin && origin.from.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(),
          "--optimizer-state is of a checkpoint: name it with --from, or leave the option out");
    }
    if (config.dropHead && origin.from.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(),
          "--drop-head is of a checkpoint: name it with --from, or leave the option out");
    }
    ConfigOverrides overrides = Failures.asUsage(spec, config::overrides);
    out.requireFree(resume);
    console.print(described(ligo, chosen, overrides, this::train), common.json);
  }

  /**
   * Returns what computes the gradients of the run's micro-batches, for the same command on another
   * machine.
   *
   * @param steps the number of steps of the run
   * @param on the backend to compute on
   */
  public BackendGradients gradients(long steps, Backend on) {
    return part(steps, run -> run.gradients(on));
  }

  /**
   * Returns what makes the steps of the run's workers, for the same command on another machine.
   *
   * @param steps the number of steps of the run
   * @param on the backend to compute on
   */
  public BackendRounds rounds(long steps, Backend on) {
    return part(steps, run -> run.rounds(on));
  }

  private <T> T part(long steps, Function<Training, T> use) {
    Ligo ligo = Ligo.create();
    return described(
        ligo,
        strategies.chosen(ligo, spec),
        config.overrides(),
        (run, tokenizer) -> {
          ProgressListener silent = ProgressListener.SILENT;
          run.data(batch.training(data.paths, tokenizer, run.model(), seed.value, silent));
          return use.apply(run.options(options(steps)));
        });
  }

  /** Returns what opens the backend that the command names. */
  public ChosenBackend backend() {
    return backend.chosen(console.progress());
  }

  private TrainingOptions options(long steps) {
    return Failures.asUsage(
        spec,
        () ->
            training.options(
                steps,
                training.evaluateEvery(evalEvery, () -> TrainingOptions.evaluateEvery(steps)),
                seed.value));
  }

  /**
   * Describes the training, up to its data.
   *
   * @param use makes use of the training, and of where its tokenizer stands
   */
  private <T> T described(
      Ligo ligo,
      List<TrainingStrategy> chosen,
      ConfigOverrides overrides,
      BiFunction<Training, Path, T> use) {
    if (origin.from.isPresent()) {
      try (Checkpoint checkpoint = config.open(ligo, origin.from.get(), overrides)) {
        if (strategies.begin) {
          OptimizerState.require(checkpoint);
        }
        Training run = ligo.pretrain(checkpoint, seed.value);
        strategies.apply(ligo, run, chosen);
        return use.apply(run, checkpoint.path());
      }
    }
    Scratch scratch = Objects.requireNonNull(origin.scratch, "picocli wants one of the two");
    ModelSpec<?> model = ligo.model(HuggingFaceDirectory.readConfig(scratch.config), overrides);
    if (model.longestSequence().isPresent() && scratch.tokenizer.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(),
          "a " + model.architecture().name() + " reads text: name its tokenizer with --tokenizer");
    }
    Path prepared = scratch.tokenizer.orElse(scratch.config.toAbsolutePath().getParent());
    Map<String, Path> others =
        scratch.tokenizer.map(t -> Map.of(Ligo.TOKENIZER, t)).orElse(Map.of());
    Training run = ligo.pretrain(model, others, seed.value);
    strategies.apply(ligo, run, chosen);
    return use.apply(run, prepared);
  }

  private long steps(double epochs, long batchesPerEpoch) {
    return Failures.asUsage(spec, () -> training.steps(epochs, batchesPerEpoch));
  }

  private TrainingReport train(Training run, Path tokenizer) {
    ModelSpec<?> model = run.model();
    try (Progress progress = console.progress();
        ChosenBackend opened = backend.chosen(progress)) {
      run.notes().forEach(n -> progress.line("note: " + n));
      DataRequest request = batch.training(data.paths, tokenizer, model, seed.value, progress);
      run.data(request);
      if (!evalData.isEmpty()) {
        run.evaluateOn(batch.evaluation(evalData, tokenizer, model, seed.value, progress));
      }
      if (length.epochs.isPresent()) {
        opened.get(); // a backend that cannot be opened is known before the data are read
      }
      TrainingOptions options =
          options(length.steps.orElseGet(() -> steps(length.epochs.get(), run.batchesPerEpoch())));
      machines.train(run, options);
      return training.run(run, request, options, out.path, resume, opened, progress);
    } catch (CancelledException e) {
      throw ResumeChoice.resumable(e, out.path);
    }
  }
}
