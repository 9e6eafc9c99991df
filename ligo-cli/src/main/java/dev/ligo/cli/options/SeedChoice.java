package dev.ligo.cli.options;

import picocli.CommandLine.Option;

/** The option that says what random choices are drawn from. */
public final class SeedChoice {
  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "What random choices are drawn from: initial values, orders, masks, dropout and the like."
              + " Default: ${DEFAULT-VALUE}")
  public long value;
}
