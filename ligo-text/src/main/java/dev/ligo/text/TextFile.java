package dev.ligo.text;

import dev.ligo.core.data.DataException;
import dev.ligo.core.data.Documents;
import dev.ligo.core.io.RegularFile;
import java.io.BufferedReader;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.file.Path;
import java.util.function.LongConsumer;

/**
 * A text file, decoded as {@link TextDecoding} says and read in pieces of at most {@link
 * #MAX_PIECE} characters, or a few times as many where {@link Cuts} leave few places.
 */
final class TextFile {
  /** The most characters in a piece. */
  static final int MAX_PIECE = 1 << 15;

  private static final int BUFFER = 1 << 16;

  private TextFile() {}

  /** Takes what a file holds, in order. */
  interface Sink {
    /** Takes a piece of text. */
    void piece(String text);

    /** Takes note that a document, of one piece or more, is at its end. */
    void endOfDocument();
  }

  /**
   * Reads a file from its start to its end.
   *
   * @param documents what divides it into documents, besides its end
   * @param cuts where a document that is a file may be divided into pieces
   * @param bytesRead hears, now and then, how many bytes of the file are read
   * @throws DataException if the file cannot be read, is not in a known encoding, or has no text
   */
  static void read(Path path, Documents documents, Cuts cuts, LongConsumer bytesRead, Sink sink) {
    DocumentPieces pieces =
        switch (documents) {
          case BLANK_LINE -> new LinePieces(sink);
          case FILE -> new WholePieces(path, cuts, sink);
        };
    try (CountingStream bytes = new CountingStream(RegularFile.open(path));
        Reader reader = TextDecoding.open(path, bytes)) {
      char[] buffer = new char[BUFFER];
      for (int n = reader.read(buffer); n >= 0; n = reader.read(buffer)) {
        for (int i = 0; i < n; i++) {
          pieces.take(buffer[i]);
        }
        bytesRead.accept(bytes.count);
      }
    } catch (IOException e) {
      throw TextDecoding.unreadable(path, e, pieces.lines());
    }
    pieces.finish();
    if (!pieces.text()) {
      throw new DataException(
          "reading text from " + path + ": the file has no text; leave it out of the data.");
    }
  }

  /** Opens a file to be read as a whole. */
  static BufferedReader reader(Path path) throws IOException {
    return new BufferedReader(TextDecoding.open(path, RegularFile.open(path)), BUFFER);
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
