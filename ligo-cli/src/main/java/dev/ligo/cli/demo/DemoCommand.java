package dev.ligo.cli.demo;

import dev.ligo.api.Backend;
import dev.ligo.api.CancelledException;
import dev.ligo.api.LigoException;
import dev.ligo.cli.compare.CompareReport;
import dev.ligo.cli.compare.ComparisonProgress;
import dev.ligo.cli.compare.LivePage;
import dev.ligo.cli.console.CommandText;
import dev.ligo.cli.console.Console;
import dev.ligo.cli.console.Escapes;
import dev.ligo.cli.console.Failures;
import dev.ligo.cli.console.Format;
import dev.ligo.cli.console.Progress;
import dev.ligo.cli.options.BackendChoice;
import dev.ligo.cli.options.CacheDirectory;
import dev.ligo.cli.options.ChosenBackend;
import dev.ligo.cli.options.CommonOptions;
import dev.ligo.cli.options.OpenChoice;
import dev.ligo.cli.options.SeedChoice;
import dev.ligo.core.Checkpoint;
import dev.ligo.core.Ligo;
import dev.ligo.core.checkpoint.PartialDirectory;
import dev.ligo.core.comparison.Candidate;
import dev.ligo.core.comparison.Comparison;
import dev.ligo.core.comparison.ComparisonResults;
import dev.ligo.core.data.DataRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
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
      "Grows a small BERT with LiGO, then trains it and one of the same size from scratch on text"
          + " that is built in, and compares their validation losses at equal compute.",
      "Leaves a report and the checkpoints. Takes some minutes on idle cores; where other work"
          + " shares them, --threads 1 is faster."
    },
    sortOptions = false,
    customSynopsis = "ligo demo [OPTION...]",
    footerHeading = "%nExamples:%n",
    footer = {
      "  ligo demo --open",
      "  ligo demo --threads 1",
      "  ligo demo --out demo-2 --seed 2 --threads 4"
    })
public final class DemoCommand implements Runnable {
  /** The directory of the model as it begins to be trained. */
  static final String GROWN = "grown";

  /** The directory of the grown model after its training. */
  static final String TRAINED = "trained";

  /** The directory of the model from scratch after its training. */
  static final String SCRATCH = Candidate.SCRATCH;

  /** The ending of the name of the live page, which stands beside the output. */
  static final String LIVE = ".live.html";

  private static final String COMPARISON = "comparison";
  private static final String METHOD = "ligo";

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

  @Mixin SeedChoice seed = new SeedChoice();

  @Mixin OpenChoice opening = new OpenChoice();

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
    Path watched = out.resolveSibling(out.getFileName() + LIVE);
    try (PartialDirectory directory = PartialDirectory.create(out);
        Progress progress = console.progress();
        LivePage live = page(directory.path(), watched, progress);
        ChosenBackend opened = backend.chosen(progress)) {
      Path results = directory.path().resolve(COMPARISON);
      compare(
          results,
          data.apply(directory.path()),
          opened.get(),
          progress,
          new ComparisonProgress(progress, live));
      CompareReport report = new CompareReport(ComparisonResults.read(results), out);
      report.write(directory.path().resolve(CompareReport.PAGE));
      live.end(report);
      moveUp(directory.path());
      directory.commit();
      return new DemoReport(report, out);
    } catch (CancelledException e) {
      if (opening.open) {
        console.note("note: the report so far is " + Escapes.line(watched.toString()));
      }
      throw new CancelledException(
          "cancelled; what the demo had trained is gone, since it cannot be continued.", e);
    }
  }

  /**
   * Returns the page that is shown meanwhile. A browser reads it until the end, so that it does not
   * stand in the directory, which is moved then, or is gone where the demo is cancelled.
   */
  private LivePage page(Path directory, Path watched, Progress progress) {
    return new LivePage(
        directory.resolve(COMPARISON),
        opening.open ? watched : directory.resolve(CompareReport.PAGE),
        out,
        "What the demo had trained is gone: it cannot be continued.",
        progress,
        p -> opening.show(p, console));
  }

  /** Compares one method with scratch, as {@code ligo compare} does. */
  private void compare(
      Path results, DemoData from, Backend on, Progress progress, Comparison.Listener told) {
    Ligo ligo = Ligo.create();
    try (Checkpoint small = ligo.open(from.small())) {
      DataRequest held = request(from, 0, progress).toEvaluate(List.of(from.validation()));
      progress.line(
          "the small model's validation loss: "
              + Format.metric(
                  ligo.evaluate(small, on, held, settings.evaluationBatches()).get("loss")));
      new Comparison(
              ligo,
              small,
              settings.sizes(),
              List.of(
                  Candidate.scratch(), Candidate.grown(METHOD, ligo.method(METHOD), from.small())),
              drawn -> request(from, drawn, progress),
              held,
              settings.options(seed.value))
          .run(results, false, CommandText.of(spec), on, told);
    }
  }

  private DataRequest request(DemoData from, long drawn, Progress progress) {
    return new DataRequest(
        List.of(from.train()),
        from.small(),
        cache,
        settings.batchSize(),
        settings.sequenceLength(),
        drawn,
        true,
        progress);
  }

  /** Moves what the comparison left to where people look for it. */
  private static void moveUp(Path directory) {
    Path results = directory.resolve(COMPARISON);
    Path models = results.resolve("models");
    try (Stream<Path> kept = Files.list(models)) {
      for (Path m : kept.toList()) {
        String name = m.getFileName().toString();
        boolean trained = name.contains("@");
        String to = name.startsWith(SCRATCH) ? SCRATCH : trained ? TRAINED : GROWN;
        Files.move(m, directory.resolve(to));
      }
      Files.delete(models);
      String numbers = ComparisonResults.FILE;
      Files.move(results.resolve(numbers), directory.resolve(numbers));
    } catch (IOException e) {
      throw new LigoException(
          "putting results in order in " + directory + ": " + LigoException.reason(e) + ".", e);
    }
  }
}
