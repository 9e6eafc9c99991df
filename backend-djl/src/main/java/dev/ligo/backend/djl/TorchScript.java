package dev.ligo.backend.djl;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Writes the smallest archive that torch loads as a module: a zip of the source of its class and of
 * two pickles, one of the object (which has no attributes), one of its constants (none). It is the
 * way to the operations of torch that DJL doesn't bind.
 */
final class TorchScript {
  /** The version of the operators' signatures; below 10, gelu takes no second argument. */
  private static final String VERSION = "10\n";

  /** Protocol 2; the class; an empty tuple; a new object; an empty dict as its state; stop. */
  private static final String OBJECT = "\u0080\u0002c__torch__\nFunction\n)\u0081}b.";

  /** Protocol 2; an empty tuple; stop. */
  private static final String NO_CONSTANTS = "\u0080\u0002).";

  private TorchScript() {}

  /**
   * Returns the archive of a module with one method.
   *
   * @param signature the arguments and the result, such as {@code (x: Tensor) -> Tensor}
   * @param body its statements, one a line, without indentation
   */
  static byte[] archive(String signature, String body) {
    String arguments = signature.substring(1);
    String source =
        """
        class Function(Module):
          __parameters__ = []
          __buffers__ = []
          def forward(self: __torch__.Function, %s:
        %s"""
            .formatted(arguments, body.indent(4));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      write(zip, "version", VERSION);
      write(zip, "code/__torch__.py", source);
      write(zip, "data.pkl", OBJECT);
      write(zip, "constants.pkl", NO_CONSTANTS);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static void write(ZipOutputStream zip, String name, String content) throws IOException {
    zip.putNextEntry(new ZipEntry("archive/" + name));
    zip.write(content.getBytes(StandardCharsets.ISO_8859_1));
    zip.closeEntry();
  }
}
