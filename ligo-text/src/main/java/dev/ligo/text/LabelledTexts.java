package dev.ligo.text;

import dev.ligo.core.data.Columns;
import dev.ligo.core.data.DataException;
import dev.ligo.core.data.LabelledExamples;
import dev.ligo.core.data.ProgressListener;
import dev.ligo.core.data.Work;
import dev.ligo.core.io.RegularFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Texts with a label each, from tables: see {@link #read}. */
public final class LabelledTexts implements LabelledExamples {
  private static final String TABLES =
      "a file named .csv, .tsv, .txt (fields between tabs), .jsonl or .json, with .gz after it or"
          + " not";

  private final List<String> texts = new ArrayList<>();
  private final List<String> labels = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();

  private final ProgressListener listener;

  private LabelledTexts(ProgressListener listener) {
    this.listener = listener;
  }

  /**
   * Reads tables, each by its name, with {@code .gz} after it if it is compressed:
   *
   * <ul>
   *   <li>{@code .csv}: comma-separated (RFC 4180), or with semicolons, tabs or bars for commas;
   *   <li>{@code .tsv}, {@code .tab}, {@code .txt}: fields between tabs, in which quotes mean
   *       nothing;
   *   <li>{@code .jsonl}, {@code .ndjson}: a JSON object on each line;
   *   <li>{@code .json}: an array of JSON objects.
   * </ul>
   *
   * @param paths files, and directories of such
   * @param columns which columns, or keys, hold text and label
   * @param listener asked, at every example, whether to go on
   * @return the texts with their labels
   * @throws DataException if a file is missing, empty, damaged or of none of these kinds, or lacks
   *     a column; with the number of the line
   * @throws dev.ligo.api.CancelledException if the work is cancelled
   */
  public static LabelledTexts read(List<Path> paths, Columns columns, ProgressListener listener) {
    LabelledTexts all = new LabelledTexts(listener);
    for (Path path : paths) {
      int before = all.size();
      read(path, columns, all);
      if (all.size() == before) {
        throw new DataException(
            "reading labelled texts from " + path + ": there are none in it; leave it out.");
      }
    }
    return all;
  }

  /**
   * {@return texts whose labels are not known: each is empty}
   *
   * @param texts the texts
   */
  public static LabelledTexts unlabelled(List<String> texts) {
    LabelledTexts all = new LabelledTexts(ProgressListener.SILENT);
    all.texts.addAll(texts);
    texts.forEach(t -> all.labels.add(""));
    return all;
  }

  private static void read(Path path, Columns columns, LabelledTexts into) {
    String name = path.getFileName().toString().toLowerCase(Locale.ROOT).replaceFirst("\\.gz$", "");
    String kind = name.substring(name.lastIndexOf('.') + 1);
    if (!Files.isRegularFile(path)) {
      throw new DataException(
          "reading labelled texts from "
              + path
              + ": expected "
              + TABLES
              + ", found "
              + RegularFile.kind(path)
              + (Files.isDirectory(path) ? "; name its files." : "; check the path."));
    }
    switch (kind) {
      case "csv" -> DelimitedTexts.commas(path, columns, into);
      case "tsv", "tab", "txt" -> DelimitedTexts.tabs(path, columns, into);
      case "jsonl", "ndjson" -> JsonTexts.lines(path, columns, into);
      case "json" -> JsonTexts.array(path, columns, into);
      default ->
          throw new DataException(
              "reading labelled texts from "
                  + path
                  + ": expected "
                  + TABLES
                  + "; rename or convert it.");
    }
  }

  /**
   * Adds an example, its label without the white space around it.
   *
   * @param reading what is being read, for error messages
   * @throws DataException if the label is empty
   */
  void add(String text, String label, String reading) {
    Work.check(listener, "reading labelled texts");
    String stripped = label.strip();
    if (stripped.isEmpty()) {
      throw new DataException(reading + "the label is empty; give one or leave the example out.");
    }
    texts.add(text);
    labels.add(stripped);
  }

  /** Notes which columns are read, where they were found and not named. */
  void note(Path path, Columns wanted, String text, String label) {
    if (wanted.text().isEmpty() || wanted.label().isEmpty()) {
      notes.add("columns of " + path + ": text from '" + text + "', label from '" + label + "'");
    }
  }

  @Override
  public List<String> notes() {
    return List.copyOf(notes);
  }

  @Override
  public int size() {
    return texts.size();
  }

  @Override
  public String label(int example) {
    return labels.get(example);
  }

  @Override
  public byte[] content(int example) {
    return texts.get(example).getBytes(StandardCharsets.UTF_8);
  }
}
