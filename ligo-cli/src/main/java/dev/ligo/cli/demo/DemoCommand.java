package dev.ligo.cli.demo;

import dev.ligo.api.LigoException;
import dev.ligo.cli.console.Console;
import dev.ligo.cli.console.Failures;
import dev.ligo.cli.console.Progress;
import dev.ligo.cli.options.BackendChoice;
import dev.ligo.cli.options.CacheDirectory;
import dev.ligo.cli.options.ChosenBackend;
import dev.ligo.cli.options.CommonOptions;
import dev.ligo.core.Ligo;
import dev.ligo.core.checkpoint.PartialDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Shows what growing is worth, on a model and a text that are built in. */
@Command(
    name = "demo",
    description = {
      "Grows a small BERT with LiGO, then trains it and one of the same size from scratch at equal"
          + " compute, on text that is built in.",
      "Shows both validation losses as they fall, and leaves a report and the checkpoints. Takes"
          + " some minutes."
    },
    sortOptions = false,
    customSynopsis = "ligo demo [OPTION...]",
    footerHeading = "%nExamples:%n",
    footer = {"  ligo demo", "  ligo demo --out demo-2 --seed 2 --threads 4"})
public final class DemoCommand implements Runnable {
  private final Console console;
  private final DemoSettings settings;
  private final Function<Path, DemoData> data;
  private final Path cache;

  @Spec CommandSpec spec;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      defaultValue = "ligo-demo",
      description = "The directory to write, which must be new or empty. Default: ${DEFAULT-VALUE}")
  Path out;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "What initial values, masks, orders and dropout are drawn from. Default:"
              + " ${DEFAULT-VALUE}")
  long seed;

  @Mixin CommonOptions common = new CommonOptions();

  @ArgGroup(validate = false, heading = "%nThe backend:%n")
  BackendChoice backend = new BackendChoice();

  public DemoCommand(Console console) {
    this(console, DemoSettings.STANDARD, DemoData::unpack, CacheDirectory.ofProcess());
  }

  /**
   * Creates the command with settings and data of its own.
   *
   * @param data puts what the demo begins with into a directory
   * @param cache where token ids are kept between runs
   */
  public DemoCommand(
      Console console, DemoSettings settings, Function<Path, DemoData> data, Path cache) {
    this.console = console;
    this.settings = settings;
    this.data = data;
    this.cache = cache;
  }

  @Override
  public void run() {
    Failures.asUsage(spec, backend::checked);
    console.print(demonstrate(), common.json);
  }

  private DemoReport demonstrate() {
    try (PartialDirectory directory = PartialDirectory.create(out);
        Progress progress = console.progress();
        ChosenBackend opened = backend.chosen(progress::line)) {
      DemoData begin = data.apply(directory.path());
      DemoResult result =
          new Demo(Ligo.create(), settings, begin, cache, seed, progress)
              .run(opened.get(), directory.path());
      DemoReport report = new DemoReport(result, out);
      write(directory.path().resolve(DemoReport.PAGE), report.page());
      write(directory.path().resolve(DemoReport.NUMBERS), report.json() + "\n");
      directory.commit();
      return report;
    }
  }

  private static void write(Path file, String text) {
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new LigoException("writing " + file + ": " + LigoException.reason(e) + ".", e);
    }
  }
}
