package dev.ligo.core.checkpoint;

import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;

/**
 * The text of a header, decoded strictly and no further than it is read, so that an error is found
 * with its byte.
 */
final class HeaderText extends Reader {
  private final ByteBuffer bytes;
  private final CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();

  /** Two characters: what one code point may need. */
  private final CharBuffer decoded = CharBuffer.allocate(2).limit(0);

  HeaderText(ByteBuffer bytes) {
    this.bytes = bytes;
  }

  /** Returns how many bytes have been decoded. */
  int position() {
    return bytes.position();
  }

  @Override
  public int read(char[] target, int offset, int length) throws CharacterCodingException {
    if (!decoded.hasRemaining()) {
      CoderResult result = decoder.decode(bytes, decoded.clear(), true);
      if (result.isError()) {
        result.throwException();
      }
      if (!decoded.flip().hasRemaining()) {
        return -1;
      }
    }
    int n = Math.min(length, decoded.remaining());
    decoded.get(target, offset, n);
    return n;
  }

  @Override
  public void close() {}
}
