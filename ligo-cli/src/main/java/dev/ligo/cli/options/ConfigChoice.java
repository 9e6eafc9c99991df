package dev.ligo.cli.options;

import dev.ligo.api.LigoException;
import dev.ligo.core.Checkpoint;
import dev.ligo.core.HeadException;
import dev.ligo.core.Ligo;
import dev.ligo.core.OpenOptions;
import dev.ligo.core.model.ConfigOverrides;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Option;

/** The options of how a checkpoint is opened. */
public final class ConfigChoice {
  private static final String DROP_HEAD = "--drop-head";

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = {
        "A value in the place of config.json's, such as image_size=64 or num_labels=20; may be given"
            + " several times. Positions are interpolated, a head of another size begins afresh"
      })
  List<String> assignments = List.of();

  @Option(
      names = DROP_HEAD,
      description = "Leave out the heads of the checkpoint and go on with the base model")
  public boolean dropHead;

  /** Returns the values. */
  public ConfigOverrides overrides() {
    return ConfigOverrides.parse(assignments);
  }

  /** Opens a checkpoint. */
  public Checkpoint open(Ligo ligo, Path directory, ConfigOverrides overrides) {
    return ligo.open(directory, new OpenOptions(overrides, dropHead));
  }

  /** Returns an error about a head that lacks, with what to do by options and commands. */
  LigoException advised(HeadException e) {
    String trained =
        e.getMessage().replaceAll("\\.$", " with ligo ")
            + (e.isFinetuned() ? "finetune." : "pretrain.");
    return new LigoException(
        dropHead
            ? trained.replaceFirst(";", " with " + DROP_HEAD + "; leave that option out, or")
            : trained,
        e);
  }
}
