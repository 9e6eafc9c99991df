package dev.ligo.cli.compare;

import dev.ligo.api.CancelledException;
import dev.ligo.cli.console.Console;
import dev.ligo.cli.console.Failures;
import dev.ligo.cli.console.Progress;
import dev.ligo.cli.options.BackendChoice;
import dev.ligo.cli.options.CheckpointPath;
import dev.ligo.cli.options.ChosenBackend;
import dev.ligo.cli.options.CommonOptions;
import dev.ligo.cli.options.DataChoice;
import dev.ligo.cli.options.HyperparameterOptions;
import dev.ligo.cli.options.MethodNames;
import dev.ligo.cli.options.OpenChoice;
import dev.ligo.cli.options.OptimizerChoice;
import dev.ligo.cli.options.ResumeChoice;
import dev.ligo.cli.options.SizeChoice;
import dev.ligo.cli.options.TrainingBatchChoice;
import dev.ligo.cli.options.Values;
import dev.ligo.cli.training.Machines;
import dev.ligo.core.Checkpoint;
import dev.ligo.core.Ligo;
import dev.ligo.core.comparison.Candidate;
import dev.ligo.core.comparison.Comparison;
import dev.ligo.core.comparison.ComparisonOptions;
import dev.ligo.core.comparison.ComparisonResults;
import dev.ligo.core.train.ChangedRunException;
import dev.ligo.core.train.TrainingOptions;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Compares growth methods side by side. */
@Command(
    name = "compare",
    description = {
      "Grows a checkpoint by several methods, trains each result and a model from scratch on the"
          + " same data, and says what each saved of the compute that scratch needed for its final"
          + " validation loss.",
      "A run may be interrupted at any time, and goes on with --resume; seeds and methods may be"
          + " added then.",
      "A preset is a whole comparison under a name: it trains what is grown, unless it did so"
          + " before, and prints the commands that it stands for. Options take the place of its"
          + " own."
    },
    sortOptions = false,
    customSynopsis = {
      "ligo compare --from DIR --methods scratch,NAME,... --data PATH...",
      "                    --eval-data PATH... --steps N --out DIR [OPTION...]",
      "       ligo compare --preset NAME [--quick] [OPTION...]",
      "       ligo compare --report DIR"
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  ligo compare --from small --layers 6 --hidden 256 \\",
      "      --methods scratch,fpi,ligo --data corpus --eval-data held-out.txt \\",
      "      --steps 5000 --seeds 1,2,3 --out comparison",
      "A method that only deepens has a source of its own, as wide as the target:",
      "  ligo compare --from small --layers 6 --hidden 256 \\",
      "      --methods scratch,stack,ligo --source stack=small-but-wide \\",
      "      --data corpus --eval-data held-out.txt --steps 5000 --out comparison",
      "A whole comparison on the books of the demo, and a quick one with other seeds:",
      "  ligo compare --preset bert --out bert-compared",
      "  ligo compare --preset bert --quick --seeds 4,5 --out bert-glance",
      "Learning rates chosen for each method alike, and LiGO that only deepens or widens:",
      "  ligo compare --from small --layers 6 --hidden 256 \\",
      "      --methods scratch,ligo,deeper=ligo,wider=ligo \\",
      "      --source deeper=small-but-wide --source wider=small-but-deep \\",
      "      --learning-rate 0.002 --try-rates 0.001,0.0005 \\",
      "      --data corpus --eval-data held-out.txt --steps 5000 --out comparison",
      "Training strategies, by themselves and with LiGO:",
      "  ligo compare --from small --layers 6 --hidden 256 \\",
      "      --methods scratch,ki,ligo,ligo+layerdrop,ligo+tokendrop,ligo+subnetworks \\",
      "      --data corpus --eval-data held-out.txt --steps 5000 --out comparison"
    })
public final class CompareCommand implements Runnable {
  /** The number of evaluations of a run by default; a saving is measured to one interval. */
  private static final long EVALUATIONS = 50;

  /** What the page of an interrupted comparison says. */
  private static final String GO_ON = "With --resume the command below goes on.";

  private final Console console;
  private final Machines machines;

  @Spec CommandSpec spec;

  @Option(
      names = "--from",
      paramLabel = "DIR",
      converter = CheckpointPath.class,
      required = true,
      description =
          "The checkpoint to grow: its directory, or org/name or org/name@revision in the Hugging"
              + " Face cache")
  Path from;

  @Option(
      names = "--methods",
      paramLabel = "NAME",
      required = true,
      split = ",",
      completionCandidates = MethodNames.class,
      description = {
        "What to compare: 'scratch', and methods of 'ligo methods'.",
        "ligo+NAME is LiGO whose factors begin as the operator of method NAME.",
        "ligo+20steps learns its operator in 20 steps, ligo+0steps not at all: it is the start;"
            + " ligo+large and ligo+small have factors for each large or small layer, ligo+rows"
            + " those below an identity; ligo+noise0.1 begins with more noise in its width"
            + " factors.",
        "NAME+STRATEGY is trained by a strategy, and NAME+moments with the optimizer's state"
            + " grown: ligo+layerdrop, fpi+moments+tokendrop; ki is scratch+ki.",
        "HYPERPARAMETER:VALUE sets one of what stands before it: net2net+noise:0,"
            + " ki+temperature:3, ligo+start:mslt.",
        "LABEL=NAME is NAME under another name, so that it may stand there twice, from two sources"
      })
  List<String> methods = List.of();

  @Option(
      names = "--source",
      paramLabel = "METHOD=DIR",
      converter = {NamedSource.Label.class, NamedSource.Directory.class},
      description = "Another checkpoint for one of the methods, or labels, to grow")
  Map<String, Path> sources = new LinkedHashMap<>();

  @Mixin DataChoice data = new DataChoice();

  @Option(
      names = "--eval-data",
      paramLabel = "PATH",
      required = true,
      arity = "1..*",
      description = "Held-out data of the same kinds")
  List<Path> evalData = List.of();

  @Option(
      names = "--eval-every",
      paramLabel = "N",
      converter = Values.Steps.class,
      description = "The steps between evaluations. Default: a fiftieth of all steps")
  Optional<Long> evalEvery = Optional.empty();

  @Option(
      names = "--steps",
      paramLabel = "N",
      required = true,
      converter = Values.Steps.class,
      description = "The steps of the model from scratch, and of every schedule")
  long steps;

  @Option(
      names = "--seeds",
      paramLabel = "N",
      split = ",",
      defaultValue = "1,2,3",
      description = "A run of each method for each. Default: ${DEFAULT-VALUE}")
  List<Long> seeds = List.of();

  @Option(
      names = "--out",
      paramLabel = "DIR",
      required = true,
      description = "Where results stand, run by run")
  Path out;

  @Option(
      names = Preset.OPTION,
      paramLabel = "NAME",
      converter = PresetNames.class,
      completionCandidates = PresetNames.class,
      description = "A comparison with all its options: ${COMPLETION-CANDIDATES}")
  Optional<String> preset = Optional.empty();

  @Option(
      names = Preset.QUICK,
      description =
          "With a preset: a quarter of its steps, trained to their end, and one seed, one"
              + " learning rate, some methods only")
  boolean quick;

  @Mixin RateChoice rates = new RateChoice();

  @ArgGroup(validate = false, heading = "%nSources that are trained first:%n")
  SweepChoice sweep = new SweepChoice();

  @Mixin CountingChoice counting = new CountingChoice();

  @Option(
      names = "--keep-models",
      description =
          "Keep the model of each run and each grown checkpoint, in models/ of the results")
  boolean keepModels;

  @Mixin ResumeChoice resuming = new ResumeChoice();

  /** Needs no other option, as picocli knows it of what asks for help. */
  @SuppressWarnings("deprecation")
  @Option(
      names = "--report",
      paramLabel = "DIR",
      help = true,
      description = "Write the report of the results in DIR again, and compare nothing")
  Optional<Path> report = Optional.empty();

  @Mixin OpenChoice opening = new OpenChoice();

  @Mixin CommonOptions common = new CommonOptions();

  @ArgGroup(validate = false, heading = "%nThe sizes to grow to:%n")
  SizeChoice sizes = new SizeChoice();

  @ArgGroup(validate = false, heading = "%nLearning the operator, for methods that learn:%n")
  OperatorChoice learning = new OperatorChoice();

  @ArgGroup(validate = false, heading = "%nBatches:%n")
  TrainingBatchChoice batch = new TrainingBatchChoice();

  @ArgGroup(validate = false, heading = "%nTraining, of all alike:%n")
  OptimizerChoice training = new OptimizerChoice();

  @ArgGroup(validate = false, heading = "%nThe backend:%n")
  BackendChoice backend = new BackendChoice();

  public CompareCommand(Console console, Machines machines) {
    this.console = console;
    this.machines = machines;
  }

  @Override
  public void run() {
    if (report.isPresent()) {
      console.print(again(report.get()), common.json);
      opening.show(report.get().resolve(CompareReport.PAGE), console);
      return;
    }
    Checked checked = checked();
    ComparisonAdvice.advised(() -> Comparison.requireUsable(out, resuming.resume));
    if (checked.isPrepared()) {
      sourceTraining(checked)
          .prepare(
              checked.preset(),
              checked.candidates().all(),
              checked.sources(),
              sizes.sizes(),
              backend,
              words(checked));
    }
    console.print(compare(checked), common.json);
  }

  /** Trains a source of the comparison, for the same command on another machine. */
  public void trainSource(Path directory) {
    Checked checked = checked();
    List<Candidate> candidates = checked.candidates().all();
    SourceTraining.all(checked.preset(), candidates, checked.sources()).stream()
        .filter(s -> s.directory().equals(directory))
        .forEach(s -> sourceTraining(checked).train(s, backend));
  }

  /** Makes a part of the comparison, for the same command on another machine. */
  public void make(Comparison.Part part) {
    Checked checked = checked();
    try (Checkpoint source = checked.ligo().open(checked.sources().from());
        Progress progress = console.progress();
        ChosenBackend opened = backend.chosen(progress)) {
      comparison(checked, source, progress)
          .make(out, part, opened.get(), new ComparisonProgress(progress));
    }
  }

  private SourceTraining sourceTraining(Checked checked) {
    return new SourceTraining(console, machines, checked.ligo(), data.paths, evalData);
  }

  private CommandWords words(Checked checked) {
    return new CommandWords(spec, checked.preset(), checked.sources());
  }

  private static CompareReport again(Path directory) {
    CompareReport report = new CompareReport(ComparisonResults.rewrite(directory), directory);
    report.write(directory.resolve(CompareReport.PAGE));
    return report;
  }

  private record Checked(
      Ligo ligo,
      Optional<Preset> preset,
      ComparisonSources sources,
      Candidates candidates,
      ComparisonOptions options) {
    /** Whether something is done before the comparison, which then has another command. */
    boolean isPrepared() {
      return preset.isPresent() || !sources.trained().isEmpty();
    }
  }

  /** Reads the options, and refuses what contradicts itself, before anything is opened. */
  private Checked checked() {
    if (quick && preset.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(), Preset.QUICK + " shortens a preset; name one with " + Preset.OPTION);
    }
    Failures.asUsage(spec, backend::checked);
    Failures.asUsage(spec, resuming::check);
    Ligo ligo = Ligo.create();
    Optional<Preset> whole = preset.map(n -> Preset.named(n, quick, out));
    ComparisonSources given = ComparisonSources.given(ligo, whole, from, methods, sources);
    ComparisonSources all =
        Failures.asUsage(spec, () -> sweep.isAsked(whole.isPresent()))
            ? given.swept(ligo, swept(whole))
            : given;
    Candidates candidates =
        Failures.asUsage(
            spec,
            () ->
                new Candidates(
                    ligo, all, new HyperparameterOptions(spec, ligo.strategies().values())));
    ComparisonOptions options = Failures.asUsage(spec, this::options);
    return new Checked(ligo, whole, all, candidates, options);
  }

  /** Returns the sources of a sweep: as the preset trains that of --from, or else as all do. */
  private Map<String, TrainedSource> swept(Optional<Preset> whole) {
    TrainedSource base =
        whole
            .flatMap(p -> p.sources(List.of(from)).stream().findFirst())
            .orElseGet(() -> ComparisonSources.like(from, SweepChoice.as(batch, training, steps)));
    return Failures.asUsage(
        spec, () -> sweep.sources(base, name -> Preset.beside(out, "sources").resolve(name)));
  }

  private ComparisonOptions options() {
    TrainingOptions scratch =
        new TrainingOptions(
            steps,
            1,
            training.schedule(steps),
            training.optimizer(),
            evalEvery.orElse(Math.max(1, steps / EVALUATIONS)),
            training.evaluationBatches(),
            0,
            training.checkpointActivations);
    ComparisonOptions.Builder options =
        ComparisonOptions.builder(scratch)
            .seeds(seeds)
            .operator(learning.options())
            .keepModels(keepModels)
            .changeable(resuming.allowed)
            .counting(counting.counting());
    rates.apply(options);
    return options.build();
  }

  private CompareReport compare(Checked checked) {
    Path page = out.resolve(CompareReport.PAGE);
    try (Checkpoint source = checked.ligo().open(checked.sources().from());
        Progress progress = console.progress();
        LivePage live =
            new LivePage(out, page, out, GO_ON, progress, p -> opening.show(p, console));
        ChosenBackend opened = backend.chosen(progress)) {
      Comparison comparison = comparison(checked, source, progress);
      ComparisonProgress told = new ComparisonProgress(progress, live);
      boolean resume = resuming.resume;
      String command = command(checked);
      ComparisonResults results =
          ComparisonAdvice.advised(
              () ->
                  machines
                      .runs()
                      .map(parts -> comparison.run(out, resume, command, parts, told))
                      .orElseGet(() -> comparison.run(out, resume, command, opened.get(), told)));
      CompareReport report = new CompareReport(results, out);
      live.end(report);
      return report;
    } catch (ChangedRunException e) {
      throw ResumeChoice.advised(e);
    } catch (CancelledException e) {
      throw new CancelledException(
          e.getMessage().replaceAll("\\.$", "") + "; --resume continues the comparison.", e);
    }
  }

  private Comparison comparison(Checked checked, Checkpoint source, Progress progress) {
    Path tokenizer = checked.preset().isPresent() ? checked.sources().from() : from;
    return new Comparison(
        checked.ligo(),
        source,
        sizes.sizes(),
        checked.candidates().all(),
        seed -> batch.training(data.paths, tokenizer, source.model(), seed, progress),
        batch.evaluation(evalData, tokenizer, source.model(), 0, progress),
        checked.options());
  }

  /** Returns the command that makes the comparison again, also without a preset. */
  private String command(Checked checked) {
    return words(checked).text(checked.isPrepared());
  }
}
