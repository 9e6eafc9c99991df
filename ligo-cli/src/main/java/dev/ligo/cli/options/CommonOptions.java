package dev.ligo.cli.options;

import picocli.CommandLine.Option;

/** The options that every command has. */
public final class CommonOptions {
  @Option(names = "--json", description = "Print the result as one JSON object")
  public boolean json;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help")
  boolean help;
}
