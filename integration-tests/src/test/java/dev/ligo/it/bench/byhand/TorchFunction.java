package dev.ligo.it.bench.byhand;

import ai.djl.ndarray.NDList;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** A function of torch that DJL doesn't bind, as a TorchScript archive of one method. */
final class TorchFunction {
  private final PtNDManager manager;
  private final PtSymbolBlock block;

  /** Loads a function from its signature, such as {@code (x: Tensor) -> Tensor}, and statements. */
  TorchFunction(PtNDManager manager, String signature, String body) {
    this.manager = manager;
    String source =
        """
        class F(Module):
          __parameters__ = []
          __buffers__ = []
          def forward(self: __torch__.F, %s:
        %s"""
            .formatted(signature.substring(1), body.indent(4));
    try {
      block = JniUtils.loadModule(manager, new ByteArrayInputStream(archive(source)), false, false);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] archive(String source) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      write(zip, "version", "10\n");
      write(zip, "code/__torch__.py", source);
      // Two pickles: an object of the class without attributes, and no constants.
      write(zip, "data.pkl", "\u0080\u0002c__torch__\nF\n)\u0081}b.");
      write(zip, "constants.pkl", "\u0080\u0002).");
    }
    return bytes.toByteArray();
  }

  private static void write(ZipOutputStream zip, String name, String content) throws IOException {
    zip.putNextEntry(new ZipEntry("archive/" + name));
    zip.write(content.getBytes(StandardCharsets.ISO_8859_1));
    zip.closeEntry();
  }

  /** Calls the function with tensors, inside the graph. */
  PtNDArray apply(PtNDArray... arguments) {
    return (PtNDArray) IValueUtils.forward(block, new NDList(arguments), true).singletonOrThrow();
  }

  /** Calls the function outside the graph with tensors, and with arrays as lists of them. */
  PtNDArray call(Object... arguments) {
    IValue[] values =
        Arrays.stream(arguments)
            .map(
                a ->
                    a instanceof PtNDArray[] list
                        ? IValue.listFrom(list)
                        : IValue.from((PtNDArray) a))
            .toArray(IValue[]::new);
    try (IValue result = IValueUtils.forward(block, values)) {
      return result.toTensor(manager);
    } finally {
      for (IValue v : values) {
        v.close();
      }
    }
  }
}
