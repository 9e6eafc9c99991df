package dev.ligo.cli.options;

import dev.ligo.core.model.ConfigOverrides;
import java.util.List;
import picocli.CommandLine.Option;

/** The option that takes values other than a config's. */
public final class ConfigChoice {
  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = {
        "A value in the place of config.json's, such as image_size=64 or num_labels=20; may be given"
            + " several times. Positions are interpolated, a head of another size begins afresh"
      })
  List<String> assignments = List.of();

  /** Returns the values. */
  public ConfigOverrides overrides() {
    return ConfigOverrides.parse(assignments);
  }
}
