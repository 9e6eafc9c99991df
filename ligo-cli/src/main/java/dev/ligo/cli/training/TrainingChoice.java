package dev.ligo.cli.training;

import dev.ligo.api.Backend;
import dev.ligo.api.CancelledException;
import dev.ligo.api.LigoException;
import dev.ligo.cli.console.Progress;
import dev.ligo.cli.options.BatchChoice;
import dev.ligo.cli.options.OptimizerChoice;
import dev.ligo.cli.options.ResumeChoice;
import dev.ligo.cli.options.Values;
import dev.ligo.cli.options.WeightTypes;
import dev.ligo.core.Training;
import dev.ligo.core.checkpoint.DTypeOverflowException;
import dev.ligo.core.checkpoint.FileDType;
import dev.ligo.core.data.DataRequest;
import dev.ligo.core.model.ModelSpec;
import dev.ligo.core.train.Schedule;
import dev.ligo.core.train.TrainingDirectory;
import dev.ligo.core.train.TrainingException;
import dev.ligo.core.train.TrainingOptions;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import picocli.CommandLine.Option;

/** The options that say how a model is trained. */
public final class TrainingChoice extends OptimizerChoice {
  /** What an option says of the batches of a step. */
  public static final String ACCUMULATE =
      "The batches that make a step together, as one large batch would. Default: ${DEFAULT-VALUE}";

  private static final long SAVE_EVERY = 1000;

  @Option(
      names = "--accumulate",
      paramLabel = "N",
      defaultValue = "" + TrainingOptions.MICRO_BATCHES,
      converter = Values.MicroBatches.class,
      description = ACCUMULATE)
  public int accumulate;

  @Option(
      names = "--schedule-steps",
      paramLabel = "N",
      converter = Values.Steps.class,
      description =
          "The steps after which the rate has fallen, where training is to end before that."
              + " Default: those of the training")
  Optional<Long> scheduleSteps = Optional.empty();

  @Option(
      names = "--dtype",
      paramLabel = "TYPE",
      converter = WeightTypes.class,
      completionCandidates = WeightTypes.class,
      description = WeightTypes.DESCRIPTION + "float32, in which they are trained")
  Optional<FileDType> dtype = Optional.empty();

  @Option(
      names = "--save-every",
      paramLabel = "N",
      defaultValue = "" + SAVE_EVERY,
      converter = Values.Steps.class,
      description = "The steps between saved states, for --resume. Default: ${DEFAULT-VALUE}")
  long saveEvery = SAVE_EVERY;

  @Option(
      names = "--eval-at-end",
      description = "Evaluate after the last step alone, instead of --eval-every")
  boolean evalAtEnd;

  @Option(
      names = "--keep-best",
      arity = "0..1",
      paramLabel = "METRIC",
      fallbackValue = "loss",
      description =
          "Write the model of the evaluation, after the first step, with the lowest loss, or the"
              + " best of a metric such as accuracy, not the last")
  Optional<String> keepBest = Optional.empty();

  @Option(
      names = "--tensorboard",
      paramLabel = "DIR",
      converter = Values.Directory.class,
      description =
          "Write the metrics as TensorBoard reads them there, too, while the run goes on:"
              + " tensorboard --logdir DIR. Beside the model they stand when it is done")
  Optional<Path> tensorBoard = Optional.empty();

  /**
   * Returns the steps between evaluations.
   *
   * @param named what the command line names
   * @param otherwise what holds where it names nothing
   * @throws LigoException if it asks for two things at once
   */
  public long evaluateEvery(Optional<Long> named, LongSupplier otherwise) {
    if (evalAtEnd && named.isPresent()) {
      throw new LigoException("--eval-at-end leaves out what --eval-every asks for; name one");
    }
    if (evalAtEnd && keepBest.isPresent()) {
      throw new LigoException(
          "--keep-best chooses among evaluations, of which --eval-at-end leaves one; name one");
    }
    return evalAtEnd ? TrainingOptions.AT_END : named.orElseGet(otherwise::getAsLong);
  }

  /**
   * Refuses what measures on held-out data, for a command without any.
   *
   * @throws LigoException if there is such
   */
  public boolean requireNoEvaluation() {
    if (keepBest.isPresent() || evalAtEnd) {
      throw new LigoException(
          (keepBest.isPresent() ? "--keep-best" : "--eval-at-end")
              + " measures on held-out data: name some with --eval-data");
    }
    return true;
  }

  /** Returns the steps that go through the data a number of times. */
  public long steps(double epochs, long batchesPerEpoch) {
    return Math.max(1, Schedule.wholeSteps(epochs * batchesPerEpoch / accumulate));
  }

  /** Returns the options for a number of steps. */
  public TrainingOptions options(long steps, long evaluateEvery, long seed) {
    return options(steps, evaluateEvery, evaluationBatches(), seed);
  }

  /** Returns the options for a number of steps of training on labelled data. */
  public TrainingOptions onLabelledData(long steps, long evaluateEvery, long seed) {
    return options(steps, evaluateEvery, evalBatches.orElse(Long.MAX_VALUE), seed);
  }

  /**
   * Runs a training and follows it.
   *
   * @param out the directory to write
   * @param resume whether and how an interrupted run is continued
   * @param backend opens the backend, when all else is known to be right
   */
  public TrainingReport run(
      Training training,
      DataRequest data,
      TrainingOptions options,
      Path out,
      ResumeChoice resume,
      Supplier<Backend> backend,
      Progress progress) {
    ModelSpec<?> model = training.model();
    long examples = (long) data.batchSize() * options.microBatches();
    TrainingReport report =
        new TrainingReport(
            out,
            training,
            options.steps(),
            BatchChoice.unit(model),
            examples * data.sequenceLength(),
            progress);
    training
        .options(options)
        .backend(backend)
        .resume(resume.resume)
        .allowChanged(resume.allowed)
        .saveEvery(saveEvery);
    keepBest.ifPresent(training::keepBest);
    tensorBoard.ifPresent(training::tensorBoard);
    dtype.ifPresent(training::dtype);
    resume.noteNothing(out, progress::line);
    try {
      training.listener(report).save(out);
    } catch (CancelledException e) {
      throw e; // see resumable
    } catch (LigoException failure) {
      LigoException e =
          failure instanceof DTypeOverflowException o
              ? WeightTypes.advised(o)
              : ResumeChoice.advised(failure);
      OptionalLong saved = TrainingDirectory.savedStep(out);
      boolean refused = !resume.resume && e instanceof TrainingException;
      if ((report.began() || refused) && saved.isPresent()) {
        String message =
            e.getMessage().replaceAll("\\.$", "")
                + "; "
                + ResumeChoice.continued(saved)
                + (failure instanceof DTypeOverflowException
                    ? " with --allow-changed dtype."
                    : ".");
        throw new TrainingException(message, e);
      }
      throw e;
    }
    return report;
  }

  private long scheduled(long steps) {
    long all = scheduleSteps.orElse(steps);
    if (all < steps) {
      throw new LigoException(
          "--schedule-steps says when the rate has fallen, which is not before the last step:"
              + " expected at least "
              + steps
              + ", found "
              + all);
    }
    return all;
  }

  private TrainingOptions options(
      long steps, long evaluateEvery, long evaluationBatches, long seed) {
    return new TrainingOptions(
        steps,
        accumulate,
        schedule(scheduled(steps)),
        optimizer(),
        evaluateEvery,
        evaluationBatches,
        seed,
        checkpointActivations);
  }
}
