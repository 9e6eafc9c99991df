package dev.ligo.text;

import dev.ligo.core.data.DataException;
import java.io.BufferedReader;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.LongConsumer;
import java.util.zip.GZIPInputStream;

/**
 * A UTF-8 text file, gzip-compressed if its name ends in {@code .gz}, read in pieces of a bounded
 * size: lines, and for lines longer than {@link #MAX_PIECE} characters parts of them, cut before
 * white space where there is some. A line starts with the line feed that divides it from the one
 * before it in its document: to some tokenizers it is a token. A blank line, and the end of the
 * file, ends a document.
 */
final class TextFile {
  /** The most characters in a piece. */
  static final int MAX_PIECE = 1 << 15;

  private static final int BUFFER = 1 << 16;
  private static final int SNIFFED = 1024;
  private static final char BYTE_ORDER_MARK = '\uFEFF';

  private final Sink sink;
  private final StringBuilder line = new StringBuilder();
  private boolean first = true;
  private boolean blank = true;
  private boolean document;
  private boolean startsLine = true;
  private boolean text;
  private long lines;

  private TextFile(Sink sink) {
    this.sink = sink;
  }

  /** Takes what a file holds, in order. */
  interface Sink {
    /** Takes a piece of text, which is not blank. */
    void piece(String text);

    /** Hears that a document, of one piece or more, is at its end. */
    void endOfDocument();
  }

  /**
   * Reads a file from its start to its end.
   *
   * @param bytesRead hears, now and then, how many bytes of the file are read
   * @throws DataException if the file cannot be read, is not UTF-8, or has no text
   */
  static void read(Path path, LongConsumer bytesRead, Sink sink) {
    TextFile file = new TextFile(sink);
    try {
      file.read(path, bytesRead);
    } catch (IOException e) {
      throw unreadable(path, e, file.lines);
    }
    if (!file.text) {
      throw new DataException(
          "reading text from " + path + ": the file has no text; leave it out of the data.");
    }
  }

  /** Opens a file to be read as a whole, without a byte-order mark. */
  static BufferedReader reader(Path path) throws IOException {
    InputStream plain = plain(path, Files.newInputStream(path));
    try {
      BufferedReader reader =
          new BufferedReader(
              new InputStreamReader(plain, StandardCharsets.UTF_8.newDecoder()), BUFFER);
      reader.mark(1);
      if (reader.read() != BYTE_ORDER_MARK) {
        reader.reset();
      }
      return reader;
    } catch (IOException e) {
      plain.close();
      throw e;
    }
  }

  /** Returns what a file holds, uncompressed. */
  private static InputStream plain(Path path, InputStream bytes) throws IOException {
    try {
      return CorpusFiles.isCompressed(path) ? new GZIPInputStream(bytes, BUFFER) : bytes;
    } catch (IOException e) {
      bytes.close();
      throw e;
    }
  }

  /** Returns whether a file starts with bytes of which there are none in text. */
  private static boolean isBinary(Path path) {
    try (InputStream plain = plain(path, Files.newInputStream(path))) {
      for (byte b : plain.readNBytes(SNIFFED)) {
        if (b == 0) {
          return true;
        }
      }
      return false;
    } catch (IOException e) {
      return false; // another error is told already
    }
  }

  /**
   * Returns the error for a file that cannot be read.
   *
   * @param lines the number of lines that were read
   */
  static DataException unreadable(Path path, IOException e, long lines) {
    String reading = "reading text from " + path + ": ";
    if (e instanceof CharacterCodingException && isBinary(path)) {
      return new DataException(
          reading
              + "expected text, found a binary file, such as an image; give text, or a model that"
              + " reads images.",
          e);
    }
    if (e instanceof CharacterCodingException) {
      return new DataException(
          reading
              + "expected UTF-8, found other bytes after line "
              + lines
              + "; convert it, for example with iconv -f latin1 -t utf-8.",
          e);
    }
    return DataException.unreadable(reading, e);
  }

  private void read(Path path, LongConsumer bytesRead) throws IOException {
    try (CountingStream bytes = new CountingStream(Files.newInputStream(path));
        InputStream plain = plain(path, bytes);
        Reader reader = new InputStreamReader(plain, StandardCharsets.UTF_8.newDecoder())) {
      char[] buffer = new char[BUFFER];
      for (int n = reader.read(buffer); n >= 0; n = reader.read(buffer)) {
        for (int i = 0; i < n; i++) {
          take(buffer[i]);
        }
        bytesRead.accept(bytes.count);
      }
    }
    endOfLine();
    endOfDocument();
  }

  private void take(char c) {
    boolean mark = first && c == BYTE_ORDER_MARK;
    first = false;
    if (c == '\n') {
      endOfLine();
    } else if (!mark) {
      line.append(c);
      blank &= Character.isWhitespace(c);
      if (line.length() == MAX_PIECE - 1) {
        cut();
      }
    }
  }

  private void cut() {
    int end = line.length() - 1;
    while (end > 0 && !Character.isWhitespace(line.charAt(end))) {
      end--;
    }
    if (end == 0) {
      boolean pair = Character.isHighSurrogate(line.charAt(line.length() - 1));
      end = pair ? line.length() - 1 : line.length();
    }
    emit(line.substring(0, end));
    line.delete(0, end);
  }

  private void endOfLine() {
    if (blank) {
      endOfDocument();
    } else {
      emit(line.toString().stripTrailing());
    }
    line.setLength(0);
    blank = true;
    startsLine = true;
    lines++;
  }

  private void emit(String piece) {
    if (!piece.isBlank()) {
      sink.piece(document && startsLine ? "\n" + piece : piece);
      startsLine = false;
      document = true;
      text = true;
    }
  }

  private void endOfDocument() {
    if (document) {
      sink.endOfDocument();
      document = false;
    }
  }

  /** Counts the bytes that are read through it. */
  private static final class CountingStream extends FilterInputStream {
    private long count;

    CountingStream(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      int b = super.read();
      count += b < 0 ? 0 : 1;
      return b;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int n = super.read(bytes, offset, length);
      count += Math.max(n, 0);
      return n;
    }
  }
}
