package dev.ligo.cli.options;

import dev.ligo.api.LigoException;
import dev.ligo.core.Checkpoint;
import dev.ligo.core.Ligo;
import dev.ligo.core.OpenOptions;
import dev.ligo.core.UnknownHeadException;
import dev.ligo.core.model.ConfigOverrides;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Option;

/** The options of how a checkpoint is opened. */
public final class ConfigChoice {
  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = {
        "A value in the place of config.json's, such as image_size=64 or num_labels=20; may be given"
            + " several times. Positions are interpolated, a head of another size begins afresh"
      })
  List<String> assignments = List.of();

  @Option(
      names = "--drop-head",
      description = "Leave out the heads of the checkpoint and go on with the base model")
  public boolean dropHead;

  /** Returns the values. */
  public ConfigOverrides overrides() {
    return ConfigOverrides.parse(assignments);
  }

  /** Opens a checkpoint; where its head is not computed, the refusal names the option. */
  public Checkpoint open(Ligo ligo, Path directory, ConfigOverrides overrides) {
    try {
      return ligo.open(directory, new OpenOptions(overrides, dropHead));
    } catch (UnknownHeadException e) {
      throw new LigoException(e.getMessage().replaceAll("\\.$", "") + ": --drop-head does so.", e);
    }
  }
}
