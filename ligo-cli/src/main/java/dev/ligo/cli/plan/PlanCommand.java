package dev.ligo.cli.plan;

import dev.ligo.cli.console.Console;
import dev.ligo.cli.console.Failures;
import dev.ligo.cli.console.Progress;
import dev.ligo.cli.options.BackendChoice;
import dev.ligo.cli.options.CheckpointFile;
import dev.ligo.cli.options.ChosenBackend;
import dev.ligo.cli.options.CommonOptions;
import dev.ligo.cli.options.DataChoice;
import dev.ligo.cli.options.OptimizerChoice;
import dev.ligo.cli.options.OutChoice;
import dev.ligo.cli.options.ResumeChoice;
import dev.ligo.cli.options.SeedChoice;
import dev.ligo.cli.options.TrainingBatchChoice;
import dev.ligo.cli.options.Values;
import dev.ligo.core.Ligo;
import dev.ligo.core.checkpoint.HuggingFaceDirectory;
import dev.ligo.core.checkpoint.PartialDirectory;
import dev.ligo.core.data.DataRequest;
import dev.ligo.core.model.ModelSpec;
import dev.ligo.core.plan.Evidence;
import dev.ligo.core.plan.Forecast;
import dev.ligo.core.plan.Unlearned;
import dev.ligo.core.train.Schedule;
import dev.ligo.core.train.TrainingLock;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Says whether to grow, from what, when and how. */
@Command(
    name = "plan",
    description = {
      "Says whether a model is better grown than trained from scratch: from which smaller one, how"
          + " long that is trained, by which method, and what it should save of the compute, with"
          + " the uncertainty.",
      "It rests on published comparisons of small models, and on short runs of its own with"
          + " --pilot. It writes DIR/plan.json, the small model's config and the commands."
    },
    sortOptions = false,
    customSynopsis = {
      "ligo plan --config FILE [--tokenizer FILE] --data PATH...",
      "                 (--steps N | --flops X) --out DIR [OPTION...]"
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  ligo plan --config large/config.json --tokenizer large/tokenizer.json \\",
      "      --data corpus --steps 100000 --out plan",
      "With short runs on your data, for a fiftieth of the compute:",
      "  ligo plan --config large/config.json --tokenizer large/tokenizer.json \\",
      "      --data corpus --eval-data held-out.txt --steps 100000 --pilot 2%% \\",
      "      --learning-rate 0.001 --out plan"
    })
public final class PlanCommand implements Runnable {
  /** A small model is not trained for more steps than the large one would be. */
  private static final double LONGEST = 1;

  private final Console console;

  @Spec CommandSpec spec;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      converter = CheckpointFile.Config.class,
      required = true,
      description = "The config.json of the large model, or org/name in the cache of the hub")
  Path config;

  @Option(
      names = "--tokenizer",
      paramLabel = "FILE",
      converter = CheckpointFile.Tokenizer.class,
      description =
          "The tokenizer.json for it, where it reads text, or org/name in the cache of the hub")
  Optional<Path> tokenizer = Optional.empty();

  @Mixin DataChoice data = new DataChoice();

  @ArgGroup(exclusive = true, multiplicity = "1")
  Length length = new Length();

  @Mixin OutChoice out = new OutChoice();

  @Option(
      names = "--pilot",
      paramLabel = "SHARE",
      converter = Values.Share.class,
      description = {
        "Train the large model and the small ones on the data for this share of the budget, such as"
            + " 2%%, and plan by their curves; needs --eval-data. Each has at least "
            + PilotRuns.FEWEST_STEPS
            + " steps.",
        "Default: small models are taken to learn as those that were measured"
      })
  Optional<Double> pilot = Optional.empty();

  @Option(
      names = "--eval-data",
      paramLabel = "PATH",
      arity = "1..*",
      description = "Held-out data of the same kinds")
  List<Path> evalData = List.of();

  @Mixin SeedChoice seed = new SeedChoice();

  @Mixin CommonOptions common = new CommonOptions();

  @ArgGroup(validate = false, heading = "%nBatches:%n")
  TrainingBatchChoice batch = new TrainingBatchChoice();

  @ArgGroup(validate = false, heading = "%nTraining, of all alike:%n")
  OptimizerChoice training = new OptimizerChoice();

  @ArgGroup(validate = false, heading = "%nThe backend:%n")
  BackendChoice backend = new BackendChoice();

  public PlanCommand(Console console) {
    this.console = console;
  }

  /** What training from scratch would take. */
  public static final class Length {
    @Option(
        names = "--steps",
        paramLabel = "N",
        required = true,
        converter = Values.Steps.class,
        description = "The steps that the model from scratch would have")
    Optional<Long> steps = Optional.empty();

    @Option(
        names = "--flops",
        paramLabel = "X",
        required = true,
        converter = Values.Positive.class,
        description = "The floating-point operations that it would have instead")
    Optional<Double> flops = Optional.empty();
  }

  @Override
  public void run() {
    Failures.asUsage(spec, backend::checked);
    if (pilot.isPresent() && evalData.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(), "--pilot measures on held-out data: name some with --eval-data");
    }
    if (length.steps.isEmpty() && length.flops.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(), "a plan is for a budget: name it with --steps or --flops");
    }
    length.steps.ifPresent(n -> Failures.asUsage(spec, () -> training.schedule(n)));
    Ligo ligo = Ligo.create();
    ModelSpec<?> large = ligo.model(HuggingFaceDirectory.readConfig(config));
    if (large.longestSequence().isPresent() && tokenizer.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(),
          "a " + large.architecture().name() + " reads text: name its tokenizer with --tokenizer");
    }
    out.requireFree(new ResumeChoice());
    TrainingLock.requireNone(out.path);
    console.print(plan(ligo, large), common.json);
  }

  private Plan plan(Ligo ligo, ModelSpec<?> large) {
    try (PartialDirectory directory = PartialDirectory.create(out.path);
        Progress progress = console.progress();
        ChosenBackend opened = backend.chosen(progress)) {
      Plan plan = plan(ligo, large, opened, progress);
      plan.write(directory.path());
      directory.commit();
      return plan;
    }
  }

  private Plan plan(Ligo ligo, ModelSpec<?> large, ChosenBackend opened, Progress progress) {
    Path prepared = tokenizer.orElse(config.toAbsolutePath().getParent());
    DataRequest request = batch.training(data.paths, prepared, large, seed.value, progress);
    Budget budget =
        length
            .flops
            .map(f -> Budget.ofFlops(large, request, f))
            .orElseGet(() -> new Budget(large, request, length.steps.orElseThrow()));
    Schedule schedule = Failures.asUsage(spec, () -> training.schedule(budget.steps()));
    List<SmallModel> small = SmallModel.of(large);
    Optional<PilotRuns> runs =
        pilot.map(
            share ->
                new PilotRuns(
                    budget,
                    share,
                    request,
                    batch.evaluation(evalData, prepared, large, seed.value, progress),
                    schedule.peak(),
                    training.optimizer(),
                    training.evaluationBatches()));
    runs.ifPresent(r -> r.requireLongEnough(small));
    long batches = large.forPretraining().withHead().batches(request).batchesPerPass();
    Optional<PilotRuns.Findings> findings =
        runs.map(r -> r.make(large, small, opened.get(), progress));
    Evidence evidence = Evidence.published();
    Forecast forecast =
        new Forecast(
            evidence, large.architecture().name(), Budget.parameters(large), budget.flops());
    List<Way> ways = ways(ligo, forecast, budget, small, findings);
    PlanCommands commands = new PlanCommands(spec, config, tokenizer, out.path);
    return new Plan(
        budget,
        ways,
        new PlanNotes(evidence, forecast, budget, (double) budget.steps() / batches, runs, findings)
            .of(ways, small),
        new PlanRules(budget, findings),
        Plan.chosen(budget, ways)
            .map(way -> commands.growing(ligo, way, budget, schedule))
            .orElseGet(() -> commands.scratch(schedule)));
  }

  private static List<Way> ways(
      Ligo ligo,
      Forecast forecast,
      Budget budget,
      List<SmallModel> small,
      Optional<PilotRuns.Findings> findings) {
    Set<String> measured =
        forecast.evidence().fields().stream()
            .flatMap(f -> f.sources().stream())
            .flatMap(s -> s.savings().keySet().stream())
            .collect(Collectors.toSet());
    Map<Forecast.Small, SmallModel> models =
        small.stream()
            .collect(
                Collectors.toMap(
                    s ->
                        new Forecast.Small(
                            s.kind(),
                            budget.stepFlops(s.model()) / budget.stepFlops(),
                            s.methods(ligo, measured),
                            findings.map(f -> Unlearned.of(f.unlearned(s), LONGEST))),
                    s -> s));
    return forecast.proposals(models.keySet()).stream()
        .map(p -> new Way(models.get(p.small()), p))
        .toList();
  }
}
