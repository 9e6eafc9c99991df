package dev.ligo.text;

import dev.ligo.core.data.DataException;
import dev.ligo.core.data.Documents;
import dev.ligo.core.data.ProgressListener;
import dev.ligo.core.data.Work;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.LongConsumer;

/** Tokenizes text files into a file of ids, some hundred thousand characters at a time. */
final class CorpusTokenizer implements TextFile.Sink {
  private static final int BATCH = 1 << 18;

  private final TextTokenizer tokenizer;
  private final int separator;
  private final Documents documents;
  private final Cuts cuts;
  private final TokenFile.Writer ids;

  private final List<String> pieces = new ArrayList<>();
  private final BitSet endsDocument = new BitSet();
  private int characters;
  private long documentStart;

  /** Creates what appends to a file of ids, each document followed by the separator. */
  CorpusTokenizer(
      TextTokenizer tokenizer,
      int separator,
      Documents documents,
      Cuts cuts,
      TokenFile.Writer ids) {
    this.tokenizer = tokenizer;
    this.separator = separator;
    this.documents = documents;
    this.cuts = cuts;
    this.ids = ids;
  }

  /**
   * Appends the ids of files.
   *
   * @param progress told how many bytes of the files are read
   * @throws DataException if a file cannot be read, or has no text or no tokens
   * @throws IOException if the ids cannot be written
   */
  void tokenize(List<Path> files, ProgressListener progress) throws IOException {
    long total = 0;
    for (Path file : files) {
      total += Files.size(file);
    }
    Work work = new Work("tokenizing", "bytes", total);
    long before = 0;
    for (Path file : files) {
      long start = before;
      tokenize(file, bytes -> work.done(progress, start + bytes));
      before += Files.size(file);
    }
  }

  private void tokenize(Path file, LongConsumer bytesRead) throws IOException {
    long start = ids.size();
    try {
      TextFile.read(file, documents, cuts, bytesRead, this);
      flush();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    if (ids.size() == start) {
      throw new DataException(
          "tokenizing " + file + ": its text has no tokens; leave it out of the data.");
    }
  }

  @Override
  public void piece(String text) {
    if (characters >= BATCH) {
      flush();
    }
    pieces.add(text);
    characters += text.length();
  }

  @Override
  public void endOfDocument() {
    endsDocument.set(pieces.size() - 1);
  }

  private void flush() {
    try {
      List<int[]> encoded = tokenizer.encodeAll(pieces);
      for (int i = 0; i < encoded.size(); i++) {
        for (int id : encoded.get(i)) {
          ids.add(id);
        }
        if (endsDocument.get(i) && ids.size() > documentStart) {
          ids.add(separator);
          documentStart = ids.size();
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    pieces.clear();
    endsDocument.clear();
    characters = 0;
  }
}
