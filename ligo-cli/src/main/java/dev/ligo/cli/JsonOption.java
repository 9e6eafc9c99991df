package dev.ligo.cli;

import picocli.CommandLine.Option;

/** The option for programs that read a command's result. */
final class JsonOption {
  @Option(names = "--json", description = "Print the result as one JSON object")
  boolean json;
}
