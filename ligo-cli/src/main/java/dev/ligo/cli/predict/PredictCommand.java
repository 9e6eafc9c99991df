package dev.ligo.cli.predict;

import dev.ligo.api.LigoException;
import dev.ligo.cli.console.Console;
import dev.ligo.cli.console.Failures;
import dev.ligo.cli.console.Progress;
import dev.ligo.cli.options.BackendChoice;
import dev.ligo.cli.options.ChosenBackend;
import dev.ligo.cli.options.CommonOptions;
import dev.ligo.cli.options.SourceChoice;
import dev.ligo.core.Checkpoint;
import dev.ligo.core.HeadException;
import dev.ligo.core.Ligo;
import dev.ligo.core.model.ConfigOverrides;
import dev.ligo.core.prediction.Prediction;
import dev.ligo.core.prediction.PredictionRequest;
import dev.ligo.core.prediction.Sampling;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Shows what a checkpoint predicts of texts or pictures. */
@Command(
    name = "predict",
    description =
        "Shows what a checkpoint predicts: how a text goes on, which words its masks hide, or the"
            + " class of a text or a picture, as the model's head has it.",
    sortOptions = false,
    customSynopsis = {
      "ligo predict --from DIR --text TEXT... [OPTION...]",
      "       ligo predict --from DIR --image FILE... [OPTION...]"
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  ligo predict --from gpt2 --text \"The capital of France is\"",
      "  ligo predict --from gpt2 --text \"Once\" --temperature 0.8 --top-k 40 --seed 1",
      "  ligo predict --from bert-base --text \"Paris is the [MASK] of France.\"",
      "  ligo predict --from sentiment --text \"What a film!\" \"A waste.\" --json",
      "  ligo predict --from vit-small --image shoe.png"
    })
public final class PredictCommand implements Runnable {
  private static final String STDIN = "-";

  private final Console console;

  @Spec CommandSpec spec;

  @Mixin SourceChoice source = new SourceChoice();

  @Option(
      names = "--text",
      paramLabel = "TEXT",
      arity = "1..*",
      description =
          "What to predict of. A masked language model needs the tokenizer's mask in it, such as"
              + " [MASK]. The one text '"
              + STDIN
              + "' stands for the lines of stdin, in UTF-8")
  List<String> texts = List.of();

  @Option(
      names = "--image",
      paramLabel = "FILE",
      arity = "1..*",
      description =
          "A picture: PNG, JPEG, GIF or BMP. It is resized and cropped as the files beside the model"
              + " say; where they say nothing, it has to have the model's size")
  List<Path> images = List.of();

  @Option(
      names = "--task",
      paramLabel = "NAME",
      description =
          "The task, such as classification. Default: that of the head that config.json names, else"
              + " the pretraining task")
  Optional<String> task = Optional.empty();

  @Mixin CommonOptions common = new CommonOptions();

  @ArgGroup(validate = false, heading = "%nHow a text goes on:%n")
  SamplingChoice sampling = new SamplingChoice();

  @ArgGroup(validate = false, heading = "%nThe backend:%n")
  BackendChoice backend = new BackendChoice();

  public PredictCommand(Console console) {
    this.console = console;
  }

  @Override
  public void run() {
    Failures.asUsage(spec, backend::checked);
    ConfigOverrides overrides = Failures.asUsage(spec, source::overrides);
    Sampling chosen = Failures.asUsage(spec, sampling::sampling);
    List<String> given = Failures.asUsage(spec, this::given);
    console.print(predict(Ligo.create(), overrides, given, chosen), common.json);
  }

  /** Returns the texts, read from stdin if that is asked for. */
  private List<String> given() {
    if (texts.isEmpty() == images.isEmpty()) {
      throw new LigoException("name either --text or --image, which say what to predict of.");
    }
    if (!texts.equals(List.of(STDIN))) {
      return texts;
    }
    try {
      List<String> lines =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))
              .lines()
              .filter(line -> !line.isBlank())
              .toList();
      if (lines.isEmpty()) {
        throw new LigoException("stdin has no text.");
      }
      return lines;
    } catch (UncheckedIOException e) {
      IOException cause = e.getCause();
      throw new LigoException("reading stdin: " + cause.getMessage() + ".", cause);
    }
  }

  private PredictionReport predict(
      Ligo ligo, ConfigOverrides overrides, List<String> given, Sampling chosen) {
    try (Checkpoint checkpoint = source.open(ligo, overrides);
        Progress progress = console.progress();
        ChosenBackend opened = backend.chosen(progress)) {
      long begun = System.nanoTime();
      PredictionRequest request =
          new PredictionRequest(source.from, given, images, chosen, progress);
      List<Prediction> predictions =
          task.isPresent()
              ? ligo.predict(checkpoint, task.get(), opened, request)
              : ligo.predict(checkpoint, opened, request);
      return new PredictionReport(source.from, predictions, (System.nanoTime() - begun) / 1e9);
    } catch (HeadException e) {
      throw source.advised(e);
    }
  }
}
