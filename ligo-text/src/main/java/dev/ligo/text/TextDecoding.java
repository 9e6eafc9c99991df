package dev.ligo.text;

import dev.ligo.core.data.DataException;
import dev.ligo.core.data.GitLfs;
import dev.ligo.core.io.RegularFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PushbackInputStream;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/**
 * How the bytes of a text file become characters. A byte-order mark says UTF-8 or UTF-16; without
 * one it is UTF-8. A name that ends in {@code .gz} says that they are compressed.
 */
final class TextDecoding {
  private static final int BUFFER = 1 << 16;
  private static final int SNIFFED = 1024;
  private static final char BYTE_ORDER_MARK = '\uFEFF';

  private TextDecoding() {}

  /**
   * Returns the characters of a file, without a byte-order mark.
   *
   * @param bytes the file's bytes, closed with the reader or if there is an error
   * @throws DataException if the file is of another kind
   */
  static Reader open(Path path, InputStream bytes) throws IOException {
    try {
      PushbackInputStream plain = plain(path, bytes);
      byte[] head = peek(plain, SNIFFED);
      Charset charset = charset(path, head);
      Reader reader = new InputStreamReader(plain, charset.newDecoder());
      if (marked(head) && reader.read() != BYTE_ORDER_MARK) {
        throw new IllegalStateException("a byte-order mark that decodes to something else");
      }
      return reader;
    } catch (IOException | RuntimeException e) {
      bytes.close();
      throw e;
    }
  }

  private static PushbackInputStream plain(Path path, InputStream bytes) throws IOException {
    PushbackInputStream raw = new PushbackInputStream(bytes, SNIFFED);
    if (GitLfs.isPointer(peek(raw, GitLfs.LENGTH))) {
      throw new DataException(reading(path) + GitLfs.POINTER);
    }
    return CorpusFiles.isCompressed(path)
        ? new PushbackInputStream(new GZIPInputStream(raw, BUFFER), SNIFFED)
        : raw;
  }

  private static byte[] peek(PushbackInputStream in, int count) throws IOException {
    byte[] head = in.readNBytes(count);
    in.unread(head);
    return head;
  }

  private static boolean marked(byte[] head) {
    return starts(head, 0xEF, 0xBB, 0xBF) || starts(head, 0xFF, 0xFE) || starts(head, 0xFE, 0xFF);
  }

  private static Charset charset(Path path, byte[] head) {
    if (starts(head, 0xFF, 0xFE, 0, 0) || starts(head, 0, 0, 0xFE, 0xFF)) {
      throw new DataException(
          reading(path)
              + "expected UTF-8 or UTF-16, found UTF-32 by its byte-order mark; convert it, for"
              + " example with iconv -f utf-32 -t utf-8.");
    }
    if (starts(head, 0xFF, 0xFE)) {
      return StandardCharsets.UTF_16LE;
    }
    if (starts(head, 0xFE, 0xFF)) {
      return StandardCharsets.UTF_16BE;
    }
    if (alternates(head)) {
      throw new DataException(
          reading(path)
              + "expected UTF-8, found every second byte to be 0, as in UTF-16 without a byte-order"
              + " mark; convert it, for example with iconv -f utf-16le -t utf-8.");
    }
    return StandardCharsets.UTF_8;
  }

  /** Returns whether half of the bytes are 0, as in UTF-16 of the Latin script. */
  private static boolean alternates(byte[] head) {
    int even = 0;
    int odd = 0;
    for (int i = 0; i + 1 < head.length; i += 2) {
      even += head[i] == 0 ? 1 : 0;
      odd += head[i + 1] == 0 ? 1 : 0;
    }
    return Math.min(even, odd) == 0 && Math.max(even, odd) > head.length / 2 * 3 / 4;
  }

  private static boolean starts(byte[] head, int... bytes) {
    if (head.length < bytes.length) {
      return false;
    }
    for (int i = 0; i < bytes.length; i++) {
      if ((head[i] & 0xFF) != bytes[i]) {
        return false;
      }
    }
    return true;
  }

  /**
   * Returns the error for a file that cannot be read.
   *
   * @param lines the number of lines that were read
   */
  static DataException unreadable(Path path, IOException e, long lines) {
    if (!(e instanceof CharacterCodingException)) {
      return DataException.unreadable(reading(path), e);
    }
    byte[] head = head(path);
    if (marked(head) && !starts(head, 0xEF)) {
      return new DataException(
          reading(path)
              + "expected UTF-16, as its byte-order mark says, found other bytes in line "
              + (lines + 1)
              + " or soon after"
              + "; is it cut off?",
          e);
    }
    for (byte b : head) {
      if (b == 0) {
        return new DataException(
            reading(path)
                + "expected text, found a binary file, such as an image; give text, or a model that"
                + " reads images.",
            e);
      }
    }
    return new DataException(
        reading(path)
            + "expected UTF-8, found other bytes in line "
            + (lines + 1)
            + " or soon after"
            + "; convert it, for example with iconv -f latin1 -t utf-8.",
        e);
  }

  /** Returns a file's first bytes, none if they can't be read: another error is told already. */
  private static byte[] head(Path path) {
    try (InputStream plain = plain(path, RegularFile.open(path))) {
      return plain.readNBytes(SNIFFED);
    } catch (IOException e) {
      return new byte[0];
    }
  }

  private static String reading(Path path) {
    return "reading text from " + path + ": ";
  }
}
