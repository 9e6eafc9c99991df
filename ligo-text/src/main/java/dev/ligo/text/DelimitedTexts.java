package dev.ligo.text;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import dev.ligo.core.data.Columns;
import dev.ligo.core.data.DataException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Labelled texts in a table of fields between commas, tabs or the like. */
final class DelimitedTexts {
  private final Path path;
  private final Columns wanted;
  private final LabelledTexts into;
  private final boolean bare;
  private Optional<TextColumns> columns = Optional.empty();
  private int fields;

  private DelimitedTexts(Path path, Columns wanted, LabelledTexts into, boolean bare) {
    this.path = path;
    this.wanted = wanted;
    this.into = into;
    this.bare = bare;
  }

  /**
   * Reads a table whose fields stand between commas, or what {@link Delimiter} finds in their
   * place, and within quotes where they have such; unless columns are wanted by number it has a
   * header.
   */
  static void commas(Path path, Columns wanted, LabelledTexts into) {
    DelimitedTexts table = new DelimitedTexts(path, wanted, into, false);
    long line = 0;
    try (BufferedReader reader = TextFile.reader(path);
        CsvReader<CsvRecord> records = Delimiter.reader(reader, Delimiter.of(path, wanted))) {
      for (CsvRecord r : records) {
        line = r.getStartingLineNumber();
        if (line > 1 || !Delimiter.isSaid(r.getFields())) {
          table.take(line, r.getFields());
        }
      }
    } catch (CsvParseException e) {
      throw new DataException(
          table.reading(line + 1) + "the CSV is malformed: " + e.getMessage() + ".", e);
    } catch (UncheckedIOException e) {
      throw TextDecoding.unreadable(path, e.getCause(), line);
    } catch (IOException e) {
      throw TextDecoding.unreadable(path, e, line);
    }
  }

  /** Reads a table whose fields stand between tabs; quotes are characters like others. */
  static void tabs(Path path, Columns wanted, LabelledTexts into) {
    DelimitedTexts table = new DelimitedTexts(path, wanted, into, true);
    long line = 0;
    try (BufferedReader reader = TextFile.reader(path)) {
      for (String text = reader.readLine(); text != null; text = reader.readLine()) {
        line++;
        if (!text.isBlank()) {
          table.take(line, List.of(text.split("\t", -1)));
        }
      }
    } catch (IOException e) {
      throw TextDecoding.unreadable(path, e, line);
    }
  }

  private String reading(long line) {
    return reading(path, line);
  }

  /** Returns what an error about a line of a table begins with. */
  static String reading(Path path, long line) {
    return "reading labelled texts from " + path + ", line " + line + ": ";
  }

  private void take(long line, List<String> row) {
    if (columns.isEmpty()) {
      if (bare && row.size() == 1) {
        throw new DataException(
            reading(line)
                + "expected a label, a tab and a text on each line, or a header of columns with"
                + " tabs between them, found "
                + TextColumns.shown(row)
                + ", without a tab; name a table with commas .csv and JSON objects .jsonl. Text"
                + " without labels is for pretraining.");
      }
      Optional<TextColumns> header = TextColumns.header(row, wanted, bare, reading(line));
      columns = Optional.of(header.orElseGet(() -> TextColumns.numbered(wanted)));
      fields = row.size();
      if (header.isPresent()) {
        into.note(path, wanted, row.get(header.get().text()), row.get(header.get().label()));
        return;
      }
      into.note(path, wanted, "field 2", "field 1");
    }
    TextColumns c = columns.orElseThrow();
    if (row.size() != fields || Math.max(c.text(), c.label()) >= fields) {
      throw new DataException(
          reading(line)
              + "expected "
              + Math.max(fields, Math.max(c.text(), c.label()) + 1)
              + " fields, found "
              + row.size()
              + "; is it cut off, or in another format than its name says?");
    }
    into.add(row.get(c.text()), row.get(c.label()), reading(line));
  }
}
