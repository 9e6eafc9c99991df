package dev.ligo.cli.inspect;

import dev.ligo.cli.console.Console;
import dev.ligo.cli.console.Failures;
import dev.ligo.cli.options.BatchChoice;
import dev.ligo.cli.options.CheckpointPath;
import dev.ligo.cli.options.CommonOptions;
import dev.ligo.cli.options.ConfigChoice;
import dev.ligo.cli.training.StepCost;
import dev.ligo.core.Checkpoint;
import dev.ligo.core.Ligo;
import dev.ligo.core.model.ConfigOverrides;
import java.nio.file.Path;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows what a checkpoint holds. */
@Command(
    name = "inspect",
    description = "Shows what a checkpoint holds: its sizes, parameters, axes and training cost.",
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {"  ligo inspect bert-small", "  ligo inspect bert-small --batch-size 32 --json"})
public final class InspectCommand implements Runnable {
  private final Console console;

  @Spec CommandSpec spec;

  @Parameters(
      paramLabel = "DIR",
      converter = CheckpointPath.class,
      description = CheckpointPath.DESCRIPTION)
  Path directory;

  @Mixin ConfigChoice config = new ConfigChoice();

  @Mixin CommonOptions common = new CommonOptions();

  @ArgGroup(validate = false, heading = "%nThe batch whose cost is counted:%n")
  BatchChoice batch = new BatchChoice();

  public InspectCommand(Console console) {
    this.console = console;
  }

  @Override
  public void run() {
    ConfigOverrides overrides = Failures.asUsage(spec, config::overrides);
    Ligo ligo = Ligo.create();
    try (Checkpoint checkpoint = config.open(ligo, directory, overrides)) {
      StepCost cost =
          StepCost.of(
              checkpoint.model(),
              ligo.task(checkpoint),
              batch.batchSize,
              batch.sequenceLength(checkpoint.model()));
      console.print(new Inspection(checkpoint, cost), common.json);
    }
  }
}
