package dev.ligo.cli.options;

import dev.ligo.core.Destination;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The option that names the directory to write. */
public final class OutChoice {
  @Option(
      names = "--out",
      paramLabel = "DIR",
      required = true,
      description = "The directory to write, which must be new or empty")
  public Path path;

  /**
   * Refuses a directory with something in it, before anything is read.
   *
   * @throws dev.ligo.core.checkpoint.CheckpointException if it is anything but new or empty
   */
  public void requireFree(ResumeChoice resume) {
    Destination.requireFree(path, resume.resume);
  }
}
