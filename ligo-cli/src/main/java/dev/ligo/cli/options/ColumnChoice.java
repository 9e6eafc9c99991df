package dev.ligo.cli.options;

import dev.ligo.core.data.Columns;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options that say which columns of a table of labelled texts are read. */
public final class ColumnChoice {
  /** What labelled data there is. */
  public static final String DATA =
      "Labelled texts (.csv, .tsv, .jsonl, .json or, without a header, label TAB text in .txt; with"
          + " .gz or not), or labelled images (IDX files, a directory with a folder for each class,"
          + " a sheet of CIFAR-10), as the model reads it";

  @Option(
      names = "--text-column",
      paramLabel = "NAME",
      description = {
        "The column, or JSON key, of the text; its number from 1 in a table without header.",
        "Default: text, sentence, review or another usual name"
      })
  Optional<String> text = Optional.empty();

  @Option(
      names = "--label-column",
      paramLabel = "NAME",
      description = {
        "The column of the label, likewise.",
        "Default: label, sentiment, class or another usual name"
      })
  Optional<String> label = Optional.empty();

  /** Returns the columns. */
  public Columns columns() {
    return new Columns(text, label);
  }
}
