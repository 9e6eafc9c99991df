package dev.ligo.cli.finetune;

import dev.ligo.api.CancelledException;
import dev.ligo.cli.console.Console;
import dev.ligo.cli.console.Failures;
import dev.ligo.cli.console.Progress;
import dev.ligo.cli.options.ChosenBackend;
import dev.ligo.cli.options.ColumnChoice;
import dev.ligo.cli.options.CommonOptions;
import dev.ligo.cli.options.DataChoice;
import dev.ligo.cli.options.OutChoice;
import dev.ligo.cli.options.ResumeChoice;
import dev.ligo.cli.options.SeedChoice;
import dev.ligo.cli.options.SourceChoice;
import dev.ligo.cli.options.TrainingBackendChoice;
import dev.ligo.cli.options.TrainingBatchChoice;
import dev.ligo.cli.options.Values;
import dev.ligo.cli.training.TrainingChoice;
import dev.ligo.core.Checkpoint;
import dev.ligo.core.Finetuning;
import dev.ligo.core.Ligo;
import dev.ligo.core.data.DataRequest;
import dev.ligo.core.data.HeldOut;
import dev.ligo.core.model.ConfigOverrides;
import dev.ligo.core.train.TrainingOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Fits a checkpoint to labelled data. */
@Command(
    name = "finetune",
    description = {
      "Fits a checkpoint to labelled texts or images, and measures accuracy and F1 on examples that"
          + " it was not trained on.",
      "A head for the same labels is kept, else a fresh one begins. Metrics and the last saved"
          + " state stand in DIR.training until DIR is written."
    },
    sortOptions = false,
    customSynopsis = {
      "ligo finetune --from DIR --data PATH... --out DIR",
      "                     [--epochs X | --steps N] [OPTION...]"
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  ligo finetune --from bert-base --data reviews.csv --out sentiment",
      "  ligo finetune --from bert-base --data train.tsv --eval-data dev.tsv \\",
      "      --text-column sentence --label-column gold --epochs 5 --out fitted",
      "  ligo finetune --from vit-small --data photos --eval-share 0.2 --out fitted",
      "The result is measured again, on other data:",
      "  ligo evaluate --from sentiment --data others.csv"
    })
public final class FinetuneCommand implements Runnable {
  private static final double EPOCHS = 3;
  private static final double SHARE = 0.1;

  private final Console console;

  @Spec CommandSpec spec;

  @Mixin SourceChoice source = new SourceChoice();

  @Mixin DataChoice data = new DataChoice();

  @Option(
      names = "--task",
      paramLabel = "NAME",
      defaultValue = "classification",
      description = "The family's task with labels. Default: ${DEFAULT-VALUE}")
  String task;

  @Mixin OutChoice out = new OutChoice();

  @ArgGroup(exclusive = true)
  Length length = new Length();

  @Mixin ResumeChoice resume = new ResumeChoice();

  @ArgGroup(exclusive = true)
  Held held = new Held();

  @Option(
      names = "--eval-every",
      paramLabel = "N",
      converter = Values.Steps.class,
      description = "The steps between evaluations. Default: those of an epoch")
  Optional<Long> evalEvery = Optional.empty();

  @Mixin SeedChoice seed = new SeedChoice();

  @Mixin ColumnChoice columns = new ColumnChoice();

  @Mixin CommonOptions common = new CommonOptions();

  @ArgGroup(validate = false, heading = "%nBatches:%n")
  TrainingBatchChoice batch = new TrainingBatchChoice();

  @ArgGroup(validate = false, heading = "%nTraining:%n")
  TrainingChoice training = new TrainingChoice();

  @ArgGroup(validate = false, heading = "%nThe backend:%n")
  TrainingBackendChoice backend = new TrainingBackendChoice();

  public FinetuneCommand(Console console) {
    this.console = console;
  }

  /** The options for the length of the training. */
  public static final class Length {
    @Option(
        names = "--epochs",
        paramLabel = "X",
        converter = Values.Epochs.class,
        description = "How often to go through the data. Default: 3")
    Optional<Double> epochs = Optional.empty();

    @Option(
        names = "--steps",
        paramLabel = "N",
        converter = Values.Steps.class,
        description = "The number of steps instead")
    Optional<Long> steps = Optional.empty();
  }

  /** The options for the data that are held out for evaluation. */
  public static final class Held {
    @Option(
        names = "--eval-data",
        paramLabel = "PATH",
        arity = "1..*",
        description =
            "Data to measure on, of the same kinds; what equals it is left out of the training")
    List<Path> data = List.of();

    @Option(
        names = "--eval-share",
        paramLabel = "X",
        converter = Values.NotNegative.class,
        description = "The share of the data to hold out and measure on. Default: 0.1")
    Optional<Double> share = Optional.empty();

    HeldOut choice() {
      return data.isEmpty() ? HeldOut.share(share.orElse(SHARE)) : HeldOut.files(data);
    }
  }

  @Override
  public void run() {
    Failures.asUsage(spec, backend::checked);
    Failures.asUsage(spec, resume::check);
    Failures.asUsage(spec, () -> training.evaluateEvery(evalEvery, () -> 1));
    batch.refuseDocuments();
    ConfigOverrides overrides = Failures.asUsage(spec, source::overrides);
    out.requireFree(resume);
    console.print(finetune(Ligo.create(), overrides), common.json);
  }

  private FinetuneReport finetune(Ligo ligo, ConfigOverrides overrides) {
    try (Checkpoint checkpoint = source.open(ligo, overrides);
        Progress progress = console.progress();
        ChosenBackend opened = backend.chosen(progress)) {
      DataRequest request =
          batch
              .training(data.paths, source.from, checkpoint.model(), seed.value, progress)
              .withColumns(columns.columns(checkpoint.model()));
      Finetuning finetuning = ligo.finetune(checkpoint, task, request, held.choice(), seed.value);
      FinetuneReport.lines(finetuning).forEach(progress::line);
      long steps = length.steps.orElseGet(() -> steps(finetuning, length.epochs.orElse(EPOCHS)));
      long every = training.evaluateEvery(evalEvery, () -> steps(finetuning, 1));
      TrainingOptions options = training.onLabelledData(steps, every, seed.value);
      return new FinetuneReport(
          finetuning,
          training.run(
              finetuning.training(), request, options, out.path, resume, opened, progress));
    } catch (CancelledException e) {
      throw ResumeChoice.resumable(e, out.path);
    }
  }

  private long steps(Finetuning finetuning, double epochs) {
    return Failures.asUsage(spec, () -> training.steps(epochs, finetuning.batchesPerEpoch()));
  }
}
