package dev.ligo.core.checkpoint;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Makes safetensors files byte by byte, so that tests can make wrong ones. */
final class RawSafetensors {
  private RawSafetensors() {}

  static Path write(Path file, byte[] header, byte... data) {
    return writeBytes(file, bytes(header.length, header, data));
  }

  static Path write(Path file, String header, byte... data) {
    return write(file, header.getBytes(StandardCharsets.UTF_8), data);
  }

  static byte[] bytes(long declaredLength, byte[] header, byte... data) {
    return ByteBuffer.allocate(Long.BYTES + header.length + data.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(declaredLength)
        .put(header)
        .put(data)
        .array();
  }

  static Path writeBytes(Path file, byte... bytes) {
    try {
      return Files.write(file, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
