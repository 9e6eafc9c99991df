package dev.ligo.cli.options;

import dev.ligo.api.LigoException;
import dev.ligo.core.Checkpoint;
import dev.ligo.core.HeadException;
import dev.ligo.core.Ligo;
import dev.ligo.core.model.ConfigOverrides;
import java.nio.file.Path;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that name the checkpoint a command works on and change values of its config. */
public final class SourceChoice {
  @Option(
      names = "--from",
      paramLabel = "DIR",
      converter = CheckpointPath.class,
      required = true,
      description = CheckpointPath.DESCRIPTION)
  public Path from;

  @Mixin ConfigChoice config = new ConfigChoice();

  /** Returns the values in the place of the config's. */
  public ConfigOverrides overrides() {
    return config.overrides();
  }

  /** Opens the checkpoint. */
  public Checkpoint open(Ligo ligo, ConfigOverrides overrides) {
    return config.open(ligo, from, overrides);
  }

  /** Returns an error about a head that the checkpoint lacks, with what to do. */
  public LigoException advised(HeadException e) {
    return config.advised(e);
  }
}
