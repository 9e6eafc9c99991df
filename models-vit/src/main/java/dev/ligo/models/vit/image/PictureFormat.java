package dev.ligo.models.vit.image;

import dev.ligo.core.data.DataException;
import dev.ligo.core.data.GitLfs;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The formats of pictures that are read. Content decides, as in Pillow, and not the file's name.
 */
enum PictureFormat {
  PNG("\u0089PNG\r\n\u001a\n", "png"),
  JPEG("\u00ff\u00d8\u00ff", "jpg jpeg jpe jfif"),
  GIF("GIF8", "gif"),
  BMP("BM", "bmp");

  /** The most bytes that tell formats apart. */
  static final int HEAD = 24;

  /** The formats that are read, in words. */
  static final String NAMES =
      Arrays.stream(values()).map(Enum::name).collect(Collectors.joining(", "));

  /** The endings of the names of files that are read. */
  static final Set<String> ENDINGS =
      Arrays.stream(values())
          .flatMap(f -> Arrays.stream(f.endings.split(" ", -1)))
          .collect(Collectors.toSet());

  /** The endings of other pictures, which Python's tools would read. */
  static final Set<String> OTHER_ENDINGS =
      Set.of("avif", "heic", "jp2", "pgm", "ppm", "tif", "tiff", "webp");

  private static final List<Other> OTHERS =
      List.of(
          new Other("a WebP", 8, "WEBP"),
          new Other("a TIFF", 0, "II*\0"),
          new Other("a TIFF", 0, "MM\0*"),
          new Other("a HEIF or AVIF", 4, "ftyp"),
          new Other("a JPEG 2000", 4, "jP  "),
          new Other("a grey map (PGM)", 0, "P5"),
          new Other("a pixel map (PPM)", 0, "P6"));

  private final String magic;
  private final String endings;

  PictureFormat(String magic, String endings) {
    this.magic = magic;
    this.endings = endings;
  }

  /** What else a file may be. */
  private record Other(String name, int at, String magic) {}

  /**
   * Returns whether a file of an unknown ending is a picture, of whatever format, and no text.
   *
   * @param bytes its first {@value #HEAD} bytes, or all
   */
  static boolean isPicture(byte[] bytes) {
    String head = new String(bytes, StandardCharsets.ISO_8859_1);
    return head.indexOf('\0') >= 0
        && (Arrays.stream(values()).anyMatch(f -> head.startsWith(f.magic))
            || OTHERS.stream().anyMatch(o -> head.startsWith(o.magic, o.at)));
  }

  /**
   * Returns the format of a file.
   *
   * @param bytes its first {@value #HEAD} bytes, or all
   * @throws DataException if it is none of these
   */
  static PictureFormat of(Path file, byte[] bytes) {
    String head = new String(bytes, StandardCharsets.ISO_8859_1);
    for (PictureFormat format : values()) {
      if (head.startsWith(format.magic)) {
        return format;
      }
    }
    if (GitLfs.isPointer(bytes)) {
      throw new DataException("reading " + file + ": " + GitLfs.POINTER);
    }
    String found =
        OTHERS.stream()
            .filter(o -> head.startsWith(o.magic, o.at))
            .map(o -> "found " + o.name + "; save it as PNG")
            .findFirst()
            .orElse("found none of these; fetch it again, or save it as PNG");
    throw new DataException("reading " + file + ": expected " + NAMES + ", " + found + ".");
  }
}
