package dev.ligo.cli.options;

import dev.ligo.core.data.Columns;
import dev.ligo.core.model.ConfigException;
import dev.ligo.core.model.ModelSpec;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options that say which columns of a table of labelled texts are read. */
public final class ColumnChoice {
  @Option(
      names = "--text-column",
      paramLabel = "NAME",
      description = {
        "The column, or JSON key, of the text; its number from 1 in a table without header.",
        "Default: text, sentence, review or another common name"
      })
  Optional<String> text = Optional.empty();

  @Option(
      names = "--label-column",
      paramLabel = "NAME",
      description = {
        "The column of the label, likewise.",
        "Default: label, sentiment, class or another common name"
      })
  Optional<String> label = Optional.empty();

  /**
   * Returns the columns.
   *
   * @throws ConfigException if one is named for a model that reads no text
   */
  public Columns columns(ModelSpec<?> model) {
    if ((text.isPresent() || label.isPresent()) && model.longestSequence().isEmpty()) {
      throw new ConfigException(
          "columns of a text and a label were named, which images do not have; leave --text-column"
              + " and --label-column out.");
    }
    return new Columns(text, label);
  }
}
