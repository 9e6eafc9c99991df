package dev.ligo.text;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import dev.ligo.core.data.Columns;
import dev.ligo.core.data.DataException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Finds what stands between the fields of a table: a comma, or a semicolon, tab or bar where
 * spreadsheets and databases write those.
 */
final class Delimiter {
  private static final List<Character> KNOWN = List.of(',', ';', '\t', '|');

  /** How many records are looked at. */
  private static final int RECORDS = 50;

  /** How a spreadsheet says in a line of its own what it is, such as {@code sep=;}. */
  private static final String SAID = "sep=";

  private static final char QUOTE = '"';

  private Delimiter() {}

  /**
   * Returns the first of the known ones by which the header has the columns, else the first by
   * which the first records have the same number of fields, two or more, else a comma.
   */
  static char of(Path path, Columns wanted) throws IOException {
    try (BufferedReader reader = TextFile.reader(path)) {
      String line = reader.readLine();
      if (line != null && line.startsWith(SAID) && line.length() == SAID.length() + 1) {
        char said = line.charAt(SAID.length());
        if (said == QUOTE) {
          throw new DataException(
              DelimitedTexts.reading(path, 1)
                  + "expected what stands between fields, found the quote that stands around them;"
                  + " write sep=; or another character.");
        }
        return said;
      }
    }
    List<List<List<String>>> heads = new ArrayList<>();
    for (char c : KNOWN) {
      heads.add(head(path, c));
    }
    int named = first(heads, h -> !h.isEmpty() && TextColumns.areNamed(h.get(0), wanted));
    int regular = named >= 0 ? named : first(heads, Delimiter::isRegular);
    return KNOWN.get(Math.max(0, regular));
  }

  /** Returns whether the fields of a table's first line say what stands between them. */
  static boolean isSaid(List<String> fields) {
    return fields.equals(List.of(SAID, ""));
  }

  private static int first(List<List<List<String>>> heads, Predicate<List<List<String>>> accepted) {
    for (int i = 0; i < heads.size(); i++) {
      if (accepted.test(heads.get(i))) {
        return i;
      }
    }
    return -1;
  }

  private static boolean isRegular(List<List<String>> records) {
    return !records.isEmpty()
        && records.get(0).size() >= 2
        && records.stream().allMatch(r -> r.size() == records.get(0).size());
  }

  /** Returns the fields of the first records, up to one that is malformed by a delimiter. */
  private static List<List<String>> head(Path path, char delimiter) throws IOException {
    List<List<String>> records = new ArrayList<>();
    try (BufferedReader reader = TextFile.reader(path);
        CsvReader<CsvRecord> csv = reader(reader, delimiter)) {
      for (CsvRecord r : csv) {
        records.add(r.getFields());
        if (records.size() == RECORDS) {
          break;
        }
      }
    } catch (CsvParseException e) {
      return records; // told where the whole table is read
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    return records;
  }

  /** Returns a reader of tables, in which fields may stand within quotes. */
  static CsvReader<CsvRecord> reader(BufferedReader characters, char delimiter) {
    return CsvReader.builder()
        .fieldSeparator(delimiter)
        .quoteCharacter(QUOTE)
        .allowUnclosedQuote(false)
        .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
        .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
        .ofCsvRecord(characters);
  }
}
