package dev.ligo.spark;

import dev.ligo.cli.LigoCommand;
import dev.ligo.cli.console.Console;
import dev.ligo.cli.console.Interruption;
import org.apache.spark.SparkConf;
import picocli.CommandLine.ExitCode;

/** What {@code spark-submit} starts. */
public final class Main {
  private Main() {}

  /**
   * Runs the command and exits with its code.
   *
   * @param args the command line
   */
  public static void main(String[] args) {
    Interruption interruption = Interruption.ofProcess();
    int code = ExitCode.SOFTWARE;
    try {
      code = execute(Console.system(interruption), new SparkConf(), args);
    } finally {
      interruption.finished(code == ExitCode.OK);
    }
    System.exit(code);
  }

  /** Runs the command, and returns its exit code. */
  static int execute(Console console, SparkConf conf, String... args) {
    try (Cluster cluster = new Cluster(conf)) {
      return LigoCommand.execute(console, () -> cluster.line(console), args);
    }
  }
}
