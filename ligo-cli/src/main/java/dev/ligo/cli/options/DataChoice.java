package dev.ligo.cli.options;

import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Option;

/** The option that names the data, for commands that need some. */
public final class DataChoice {
  /** The text of the help: the kinds of data that are read. */
  public static final String DESCRIPTION =
      "What the model and its task read: text (files, gzipped or not, and directories of them),"
          + " labelled texts (.csv, .tsv, .jsonl, .json or, without a header, label TAB text in"
          + " .txt; gzipped or not), or labelled images (IDX files, a directory with a folder for"
          + " each class, a sheet of CIFAR-10)";

  @Option(
      names = "--data",
      paramLabel = "PATH",
      required = true,
      arity = "1..*",
      description = DESCRIPTION)
  public List<Path> paths = List.of();
}
