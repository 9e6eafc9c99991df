package dev.ligo.cli.evaluate;

import com.google.gson.JsonObject;
import dev.ligo.cli.console.Console;
import dev.ligo.cli.console.Escapes;
import dev.ligo.cli.console.Failures;
import dev.ligo.cli.console.Format;
import dev.ligo.cli.console.Metrics;
import dev.ligo.cli.console.Progress;
import dev.ligo.cli.console.Report;
import dev.ligo.cli.console.Table;
import dev.ligo.cli.options.BackendChoice;
import dev.ligo.cli.options.BatchChoice;
import dev.ligo.cli.options.ChosenBackend;
import dev.ligo.cli.options.ColumnChoice;
import dev.ligo.cli.options.CommonOptions;
import dev.ligo.cli.options.DataChoice;
import dev.ligo.cli.options.SeedChoice;
import dev.ligo.cli.options.SourceChoice;
import dev.ligo.cli.options.Values;
import dev.ligo.core.Checkpoint;
import dev.ligo.core.HeadException;
import dev.ligo.core.Ligo;
import dev.ligo.core.data.DataRequest;
import dev.ligo.core.model.ConfigOverrides;
import dev.ligo.core.model.MetricText;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Measures a checkpoint on data. */
@Command(
    name = "evaluate",
    description =
        "Measures a checkpoint: on text the loss, perplexity and accuracy at masked tokens (the"
            + " same tokens each time, for every model with the same tokenizer), on labelled texts"
            + " and images the loss, accuracy and F1 (of two labels the second's, and the mean of"
            + " all).",
    sortOptions = false,
    customSynopsis = "ligo evaluate --from DIR --data PATH... [OPTION...]",
    footerHeading = "%nExamples:%n",
    footer = {
      "  ligo evaluate --from bert-base --data held-out.txt",
      "  ligo evaluate --from bert-base --data held-out.txt --batches 20 --json",
      "  ligo evaluate --from sentiment --data reviews.csv",
      "  ligo evaluate --from vit-small --data t10k-images-idx3-ubyte.gz"
    })
public final class EvaluateCommand implements Runnable {
  private final Console console;

  @Spec CommandSpec spec;

  @Mixin SourceChoice source = new SourceChoice();

  @Mixin DataChoice data = new DataChoice();

  @Option(
      names = "--task",
      paramLabel = "NAME",
      description =
          "The task, such as classification. Default: that of the head that config.json names, else"
              + " the pretraining task")
  Optional<String> task = Optional.empty();

  @Option(
      names = "--batches",
      paramLabel = "N",
      converter = Values.Steps.class,
      description = "The most batches to measure. Default: all of the data")
  long batches = Long.MAX_VALUE;

  @Mixin SeedChoice seed = new SeedChoice();

  @Mixin ColumnChoice columns = new ColumnChoice();

  @Mixin CommonOptions common = new CommonOptions();

  @ArgGroup(validate = false, heading = "%nBatches:%n")
  BatchChoice batch = new BatchChoice();

  @ArgGroup(validate = false, heading = "%nThe backend:%n")
  BackendChoice backend = new BackendChoice();

  public EvaluateCommand(Console console) {
    this.console = console;
  }

  @Override
  public void run() {
    Failures.asUsage(spec, backend::checked);
    ConfigOverrides overrides = Failures.asUsage(spec, source::overrides);
    console.print(measure(Ligo.create(), overrides), common.json);
  }

  private Measurement measure(Ligo ligo, ConfigOverrides overrides) {
    try (Checkpoint checkpoint = source.open(ligo, overrides);
        Progress progress = console.progress();
        ChosenBackend opened = backend.chosen(progress)) {
      long begun = System.nanoTime();
      DataRequest request =
          batch
              .evaluation(data.paths, source.from, checkpoint.model(), seed.value, progress)
              .withColumns(columns.columns(checkpoint.model()));
      Map<String, Double> metrics =
          task.isPresent()
              ? ligo.evaluate(checkpoint, task.get(), opened.get(), request, batches)
              : ligo.evaluate(checkpoint, opened.get(), request, batches);
      return new Measurement(source.from, metrics, (System.nanoTime() - begun) / 1e9);
    } catch (HeadException e) {
      throw source.advised(e);
    }
  }

  /**
   * What was measured.
   *
   * @param from the checkpoint
   * @param metrics its metrics by name
   * @param seconds the wall time
   */
  private record Measurement(Path from, Map<String, Double> metrics, double seconds)
      implements Report {
    @Override
    public String text(int columns) {
      Table table = new Table(Table.Align.LEFT, Table.Align.RIGHT);
      metrics.forEach(
          (name, value) -> table.row(MetricText.name(name), MetricText.value(name, value)));
      return String.format(
          "%s%n%nsummary: %s, %s, %s",
          table.row("time", Format.seconds(seconds)).text(columns),
          Escapes.line(String.valueOf(from.getFileName())),
          Metrics.line(metrics),
          Format.seconds(seconds));
    }

    @Override
    public JsonObject json() {
      JsonObject o = Metrics.json(metrics);
      o.addProperty("from", from.toString());
      o.addProperty("seconds", seconds);
      return o;
    }
  }
}
