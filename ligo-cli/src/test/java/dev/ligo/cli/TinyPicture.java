package dev.ligo.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes pictures. */
public final class TinyPicture {
  private TinyPicture() {}

  /** Writes a black BMP of 24 bits a pixel with one white one. */
  public static Path write(Path file, int side) throws IOException {
    int row = (3 * side + 3) / 4 * 4;
    int start = 54;
    ByteBuffer bmp = ByteBuffer.allocate(start + row * side).order(ByteOrder.LITTLE_ENDIAN);
    bmp.put((byte) 'B').put((byte) 'M').putInt(bmp.capacity()).putInt(0).putInt(start);
    bmp.putInt(40).putInt(side).putInt(side).putShort((short) 1).putShort((short) 24);
    bmp.putInt(0).putInt(row * side);
    bmp.put(start + row, (byte) -1).put(start + row + 1, (byte) -1).put(start + row + 2, (byte) -1);
    return Files.write(file, bmp.array());
  }
}
