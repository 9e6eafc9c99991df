package dev.ligo.cli;

import dev.ligo.cli.console.Console;
import dev.ligo.cli.console.Interruption;
import java.util.List;
import picocli.CommandLine;

/** Where the JVM starts. */
public final class Main {
  private Main() {}

  /**
   * Runs the command and exits with its code.
   *
   * @param args the command line
   */
  public static void main(String[] args) {
    if (List.of(args).contains("--verbose")) { // before the first logger is made
      System.setProperty("org.slf4j.simpleLogger.log.dev.ligo", "info");
    }
    Interruption interruption = Interruption.ofProcess();
    int code = CommandLine.ExitCode.SOFTWARE;
    try {
      code = LigoCommand.execute(Console.system(interruption), args);
    } finally {
      interruption.finished(code == CommandLine.ExitCode.OK);
    }
    System.exit(code);
  }
}
