package dev.ligo.core.checkpoint;

import dev.ligo.api.HostArray;
import dev.ligo.api.Shape;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * A file with every type, as the reference implementation writes it. Made with safetensors 0.8.0
 * and ml_dtypes 0.6.0:
 *
 * <pre>
 * print(safetensors.numpy.save({
 *     "bool": np.array([True, False, True]),
 *     "u8": np.array([0, 255], np.uint8),
 *     "f16": np.array([1.5, -2, 6e-8], np.float16),
 *     "bf16": np.array([[1], [-3]], ml_dtypes.bfloat16),
 *     "i32": np.array([7, -7], np.int32),
 *     "a.f32": np.arange(6, dtype=np.float32).reshape(2, 3),
 *     "b.f32": np.array(0.25, np.float32),
 *     "f64": np.array(0.1),
 *     "i64": np.array([[-1], [2**40]]),
 *     "ä \"q\"": np.zeros((0, 3), np.float32),
 * }, {"format": "pt"}).hex())
 * </pre>
 */
final class GoldenFile {
  private static final String HEX =
      """
      70020000000000007b225f5f6d657461646174615f5f223a7b22666f726d6174223a227074227d2c22693634
      223a7b226474797065223a22493634222c227368617065223a5b322c315d2c22646174615f6f666673657473
      223a5b302c31365d7d2c22663634223a7b226474797065223a22463634222c227368617065223a5b5d2c2264
      6174615f6f666673657473223a5b31362c32345d7d2c22612e663332223a7b226474797065223a2246333222
      2c227368617065223a5b322c335d2c22646174615f6f666673657473223a5b32342c34385d7d2c22622e6633
      32223a7b226474797065223a22463332222c227368617065223a5b5d2c22646174615f6f666673657473223a
      5b34382c35325d7d2c22c3a4205c22715c22223a7b226474797065223a22463332222c227368617065223a5b
      302c335d2c22646174615f6f666673657473223a5b35322c35325d7d2c22693332223a7b226474797065223a
      22493332222c227368617065223a5b325d2c22646174615f6f666673657473223a5b35322c36305d7d2c2262
      663136223a7b226474797065223a2242463136222c227368617065223a5b322c315d2c22646174615f6f6666
      73657473223a5b36302c36345d7d2c22663136223a7b226474797065223a22463136222c227368617065223a
      5b335d2c22646174615f6f666673657473223a5b36342c37305d7d2c227538223a7b226474797065223a2255
      38222c227368617065223a5b325d2c22646174615f6f666673657473223a5b37302c37325d7d2c22626f6f6c
      223a7b226474797065223a22424f4f4c222c227368617065223a5b335d2c22646174615f6f66667365747322
      3a5b37322c37355d7d7d202020202020ffffffffffffffff00000000000100009a9999999999b93f00000000
      0000803f0000004000004040000080400000a0400000803e07000000f9ffffff803f40c0003e00c0010000ff
      010001
      """;

  private GoldenFile() {}

  static byte[] bytes() {
    return HexFormat.of().parseHex(HEX.replace("\n", ""));
  }

  /** Returns what the file's types and shapes are. */
  static Map<String, FileSpec> specs() {
    Map<String, FileSpec> specs = new TreeMap<>();
    specs.put("bool", new FileSpec(FileDType.BOOL, Shape.of(3)));
    specs.put("u8", new FileSpec(FileDType.U8, Shape.of(2)));
    specs.put("f16", new FileSpec(FileDType.F16, Shape.of(3)));
    specs.put("bf16", new FileSpec(FileDType.BF16, Shape.of(2, 1)));
    specs.put("i32", new FileSpec(FileDType.I32, Shape.of(2)));
    specs.put("a.f32", new FileSpec(FileDType.F32, Shape.of(2, 3)));
    specs.put("b.f32", new FileSpec(FileDType.F32, Shape.scalar()));
    specs.put("f64", new FileSpec(FileDType.F64, Shape.scalar()));
    specs.put("i64", new FileSpec(FileDType.I64, Shape.of(2, 1)));
    specs.put("ä \"q\"", new FileSpec(FileDType.F32, Shape.of(0, 3)));
    return specs;
  }

  /** Returns what the file reads as. */
  static Map<String, HostArray> values() {
    Map<String, HostArray> values = new LinkedHashMap<>();
    values.put("bool", HostArray.of(Shape.of(3), true, false, true));
    values.put("u8", HostArray.of(Shape.of(2), 0, 255));
    values.put("f16", HostArray.of(Shape.of(3), 1.5f, -2f, 0x1p-24f));
    values.put("bf16", HostArray.of(Shape.of(2, 1), 1f, -3f));
    values.put("i32", HostArray.of(Shape.of(2), 7, -7));
    values.put("a.f32", HostArray.of(Shape.of(2, 3), 0f, 1f, 2f, 3f, 4f, 5f));
    values.put("b.f32", HostArray.of(Shape.scalar(), 0.25f));
    values.put("f64", HostArray.of(Shape.scalar(), 0.1));
    values.put("i64", HostArray.of(Shape.of(2, 1), -1L, 1L << 40));
    values.put("ä \"q\"", HostArray.of(Shape.of(0, 3), new float[0]));
    return values;
  }
}
