package dev.ligo.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The {@code ligo} command. */
@Command(
    name = "ligo",
    mixinStandardHelpOptions = true,
    version = "ligo 0.1.0-SNAPSHOT",
    description = "Grows a pretrained transformer into a larger one.")
public final class Main implements Runnable {

  /**
   * Runs the command and exits with its code.
   *
   * @param args the command line
   */
  public static void main(String[] args) {
    System.exit(new CommandLine(new Main()).execute(args));
  }

  @Override
  public void run() {
    CommandLine.usage(this, System.out);
  }
}
