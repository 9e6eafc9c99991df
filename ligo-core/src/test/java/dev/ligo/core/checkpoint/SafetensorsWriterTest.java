package dev.ligo.core.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import dev.ligo.api.IllegalUseException;
import dev.ligo.api.Shape;
import dev.ligo.api.TensorException;
import dev.ligo.api.UnknownNameException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SafetensorsWriterTest {
  private static final Map<String, String> PT = Map.of("format", "pt");

  @TempDir Path directory;

  @Test
  void writesTheBytesOfTheReferenceImplementation() throws IOException {
    assertThat(writeGolden(List.copyOf(GoldenFile.values().keySet())))
        .isEqualTo(GoldenFile.bytes());
  }

  @Test
  void theOrderOfWritingDoesNotMatter() throws IOException {
    List<String> names = new ArrayList<>(GoldenFile.values().keySet());
    Collections.reverse(names);
    assertThat(writeGolden(names)).isEqualTo(GoldenFile.bytes());
  }

  private byte[] writeGolden(List<String> names) throws IOException {
    Path file = directory.resolve("golden");
    try (SafetensorsWriter out = SafetensorsWriter.create(file, GoldenFile.specs(), PT)) {
      for (String name : names) {
        out.write(name, GoldenFile.values().get(name));
      }
    }
    return Files.readAllBytes(file);
  }

  @Test
  void metadataIsSortedSoThatTheBytesAreTheSame() throws IOException {
    Map<String, String> metadata = new TreeMap<>(Map.of("seed", "1", "method", "ligo", "ä", "\n"));
    Path file = directory.resolve("metadata");
    SafetensorsWriter.create(file, Map.of(), metadata).close();
    assertThat(Files.readString(file).substring(8))
        .isEqualTo("{\"__metadata__\":{\"method\":\"ligo\",\"seed\":\"1\",\"ä\":\"\\n\"}} ");
    try (SafetensorsFile found = SafetensorsFile.open(file)) {
      assertThat(found.metadata()).isEqualTo(metadata);
    }
  }

  @ParameterizedTest
  @EnumSource(FileDType.class)
  void everyTypeSurvivesWritingAndReading(FileDType dtype) {
    // More than one chunk, and not a multiple of one.
    HostArray values = random(dtype, Shape.of(3, 33_335));
    FileSpec spec = new FileSpec(dtype, values.shape());
    Path file = directory.resolve(dtype.name());
    try (SafetensorsWriter out = SafetensorsWriter.create(file, Map.of("x", spec), Map.of())) {
      out.write("x", values);
    }
    try (SafetensorsFile found = SafetensorsFile.open(file)) {
      assertThat(found.read("x").spec()).isEqualTo(values.spec());
      assertThat(found.read("x").bytes()).isEqualTo(values.bytes());
    }
  }

  /** Returns values that the type holds exactly. */
  private static HostArray random(FileDType dtype, Shape shape) {
    SplittableRandom random = new SplittableRandom(1);
    HostArray values = HostArray.zeros(dtype.memory(), shape);
    for (int i = 0; i < values.size(); i++) {
      values.set(
          i,
          switch (dtype) {
            case BOOL -> random.nextInt(2);
            case U8 -> random.nextInt(256);
            case F16, BF16 -> random.nextInt(-128, 128) / 64.0;
            case I32 -> random.nextInt();
            case F32 -> (float) random.nextDouble();
            case F64 -> random.nextDouble();
            case I64 -> random.nextLong(-1L << 50, 1L << 50);
          });
    }
    return values;
  }

  @Test
  void floatingPointValuesAreRoundedToTheTypeOfTheFile() {
    double tie = 1 + 0x1p-11;
    float[] floats = {(float) tie, -3, Float.POSITIVE_INFINITY, Float.NaN};
    double[] doubles = {tie + 0x1p-40, -3, Double.NEGATIVE_INFINITY, Double.NaN};
    HostArray single = HostArray.of(Shape.of(4), floats);
    HostArray twice = HostArray.of(Shape.of(4), doubles);
    assertThat(stored(single, FileDType.F16)).containsExactly(1, -3, 1 / 0.0, Double.NaN);
    assertThat(stored(single, FileDType.BF16)).containsExactly(1, -3, 1 / 0.0, Double.NaN);
    assertThat(stored(single, FileDType.F64)).containsExactly(tie, -3, 1 / 0.0, Double.NaN);
    assertThat(stored(twice, FileDType.F16)).containsExactly(1 + 0x1p-10, -3, -1 / 0.0, Double.NaN);
    assertThat(stored(twice, FileDType.BF16)).containsExactly(1, -3, -1 / 0.0, Double.NaN);
    assertThat(stored(twice, FileDType.F32)).containsExactly(tie, -3, -1 / 0.0, Double.NaN);
  }

  private double[] stored(HostArray values, FileDType dtype) {
    Path file = directory.resolve(values.dtype() + "-" + dtype);
    FileSpec spec = new FileSpec(dtype, values.shape());
    try (SafetensorsWriter out = SafetensorsWriter.create(file, Map.of("x", spec), Map.of())) {
      out.write("x", values);
    }
    try (SafetensorsFile found = SafetensorsFile.open(file)) {
      return found.read("x").toDoubles();
    }
  }

  @Test
  void aFiniteValueIsNeverStoredAsInfinity() {
    HostArray large = HostArray.of(Shape.of(4), 1f, 65520f, Float.NEGATIVE_INFINITY, -70000f);
    assertUnstorable(
        large, FileDType.F16, "tensor 'x' holds values as large as -70000.0, which F16 cannot");
    assertUnstorable(
        HostArray.of(Shape.scalar(), Float.MAX_VALUE),
        FileDType.BF16,
        "which BF16 cannot; store it as F32");
    assertUnstorable(HostArray.of(Shape.scalar(), 1e300), FileDType.BF16, "which BF16 cannot");
    assertUnstorable(
        HostArray.of(Shape.scalar(), 1e300),
        FileDType.F32,
        "tensor 'x' holds values as large as 1.0E300, which F32 cannot; store it as F64.");
    assertUnstorable(
        HostArray.of(Shape.scalar(), 256), FileDType.U8, "as large as 256, which U8 cannot");
    assertUnstorable(
        HostArray.of(Shape.scalar(), -1), FileDType.U8, "as large as -1, which U8 cannot");
  }

  private void assertUnstorable(HostArray values, FileDType dtype, String message) {
    Path file = directory.resolve("large");
    FileSpec spec = new FileSpec(dtype, values.shape());
    assertThatThrownBy(
            () -> {
              try (SafetensorsWriter out =
                  SafetensorsWriter.create(file, Map.of("x", spec), Map.of())) {
                out.write("x", values);
              }
            })
        .isInstanceOf(CheckpointException.class)
        .hasMessageStartingWith(file + ": ")
        .hasMessageContaining(message);
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void onlyWhatWasDeclaredIsWritten() {
    Map<String, FileSpec> specs = Map.of("x", new FileSpec(FileDType.F32, Shape.of(2)));
    HostArray values = HostArray.of(Shape.of(2), 1f, 2f);
    SafetensorsWriter out = SafetensorsWriter.create(directory.resolve("m"), specs, Map.of());
    assertThatThrownBy(() -> out.write("y", values))
        .isInstanceOf(UnknownNameException.class)
        .hasMessageStartingWith("there is no tensor named 'y'");
    assertThatThrownBy(() -> out.write("x", HostArray.of(Shape.of(3), 1f, 2f, 3f)))
        .isInstanceOf(TensorException.class)
        .hasMessage("tensor 'x' is F32(2), found shape (3).");
    assertThatThrownBy(() -> out.write("x", HostArray.zeros(DType.INT64, Shape.of(2))))
        .isInstanceOf(TensorException.class)
        .hasMessage("tensor 'x' is F32(2), which does not store INT64.");
    out.write("x", values);
    assertThatThrownBy(() -> out.write("x", values))
        .isInstanceOf(IllegalUseException.class)
        .hasMessage("tensor 'x' is written already.");
    out.close();
    assertThatThrownBy(() -> out.write("x", values))
        .isInstanceOf(IllegalUseException.class)
        .hasMessage("%s is closed for writing.", directory.resolve("m"));
  }

  @Test
  void rowsMakeUpATensor() {
    FileSpec spec = new FileSpec(FileDType.F32, Shape.of(3, 2));
    Path file = directory.resolve("rows");
    try (SafetensorsWriter out = SafetensorsWriter.create(file, Map.of("x", spec), Map.of())) {
      out.writeRows("x", 1, HostArray.of(Shape.of(2, 2), 3f, 4f, 5f, 6f));
      assertThatThrownBy(
              () -> out.writeRows("x", 0, HostArray.zeros(DType.FLOAT32, Shape.of(2, 2))))
          .isInstanceOf(IllegalUseException.class)
          .hasMessage("tensor 'x' is written already.");
      assertThatThrownBy(
              () -> out.writeRows("x", 2, HostArray.zeros(DType.FLOAT32, Shape.of(2, 2))))
          .isInstanceOf(TensorException.class)
          .hasMessage("tensor 'x' is F32(3, 2), found (2, 2) for it from row 2 on.");
      assertThatThrownBy(
              () -> out.writeRows("x", 0, HostArray.zeros(DType.FLOAT32, Shape.of(1, 3))))
          .isInstanceOf(TensorException.class)
          .hasMessage("tensor 'x' is F32(1, 2), found shape (1, 3).");
      out.writeRows("x", 0, HostArray.of(Shape.of(1, 2), 1f, 2f));
    }
    try (SafetensorsFile found = SafetensorsFile.open(file)) {
      assertThat(found.read("x").toFloats()).containsExactly(1, 2, 3, 4, 5, 6);
      assertThat(found.rows("x", 1, 2).toFloats()).containsExactly(3, 4);
    }
  }

  @Test
  void aFileThatLacksRowsIsGivenUp() {
    FileSpec spec = new FileSpec(FileDType.F32, Shape.of(3, 2));
    SafetensorsWriter out =
        SafetensorsWriter.create(directory.resolve("m"), Map.of("x", spec), Map.of());
    out.writeRows("x", 1, HostArray.of(Shape.of(2, 2), 3f, 4f, 5f, 6f));
    assertThatThrownBy(out::close)
        .isInstanceOf(CheckpointException.class)
        .hasMessageEndingWith("is given up, tensors were not written: 'x'.");
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void aFileThatLacksTensorsIsGivenUp() {
    Path file = directory.resolve("m");
    SafetensorsWriter out = SafetensorsWriter.create(file, GoldenFile.specs(), PT);
    out.write("bool", GoldenFile.values().get("bool"));
    assertThatThrownBy(out::close)
        .isInstanceOf(CheckpointException.class)
        .hasMessage(
            "%s: is given up, tensors were not written: 'a.f32', 'b.f32', 'bf16', 'f16', 'f64',"
                + " 'i32', 'i64', 'u8', … (9 in all).",
            file);
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void aFileIsNotThereUntilItIsWhole() {
    Path file = directory.resolve("new/m");
    SafetensorsWriter out = SafetensorsWriter.create(file, Map.of(), PT);
    assertThat(file).doesNotExist();
    assertThat(file.getParent()).isDirectoryContaining("glob:**/.m.partial-*");
    out.close();
    assertThat(file).exists();
    assertThat(file.getParent()).isDirectoryNotContaining("glob:**/.m.partial-*");
  }

  @Test
  void anExistingFileIsNotOverwritten() throws IOException {
    Path file = Files.writeString(directory.resolve("m"), "precious");
    assertThatThrownBy(() -> SafetensorsWriter.create(file, Map.of(), PT).close())
        .isInstanceOf(CheckpointException.class)
        .hasMessage(
            "%s: exists already and is not overwritten; remove it or choose another name.", file);
    assertThat(file).hasContent("precious");
  }

  @Test
  void aParentThatIsAFileIsAnError() throws IOException {
    Path file = Files.writeString(directory.resolve("m"), "");
    assertThatThrownBy(() -> SafetensorsWriter.create(file.resolve("n"), Map.of(), PT).close())
        .isInstanceOf(CheckpointException.class)
        .hasMessage(
            "%s: cannot be created as a directory: something of that name exists already; name"
                + " another place.",
            file);
  }

  @Test
  void theNameOfTheMetadataIsNoTensors() {
    Map<String, FileSpec> specs =
        Map.of("__metadata__", new FileSpec(FileDType.F32, Shape.scalar()));
    assertThatThrownBy(() -> SafetensorsWriter.create(directory.resolve("m"), specs, PT).close())
        .isInstanceOf(CheckpointException.class)
        .hasMessageEndingWith("no tensor may be named '__metadata__'; the format keeps it.");
  }

  @Test
  void aNameThatIsNoTextIsAnError() {
    Map<String, FileSpec> specs = Map.of("\ud800", new FileSpec(FileDType.F32, Shape.scalar()));
    assertThatThrownBy(() -> SafetensorsWriter.create(directory.resolve("m"), specs, PT).close())
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("half of a surrogate pair");
  }

  @Test
  void aHeaderAboveTheLimitIsAnError() {
    Map<String, String> metadata = Map.of("long", "x".repeat(100_000_000));
    assertThatThrownBy(
            () -> SafetensorsWriter.create(directory.resolve("m"), Map.of(), metadata).close())
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("a header has at most 100000000");
  }

  @Test
  void tooLittleRoomIsFoundBeforeAnyWork() {
    FullDisk disk = new FullDisk(OptionalLong.of(699), 699);
    Path file = directory.resolve("m");
    assertThatThrownBy(() -> create(file, disk).close())
        .isInstanceOf(CheckpointException.class)
        .hasMessage(
            "%s: needs 707 bytes, but its disk has 699 left; free some space or write elsewhere.",
            file);
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void aDiskThatFillsUpLeavesNothing() {
    Path file = directory.resolve("m");
    for (long left : new long[] {0, 631, 632, 640, 706}) {
      FullDisk disk = new FullDisk(OptionalLong.empty(), left);
      assertThatThrownBy(
              () -> {
                try (SafetensorsWriter out = create(file, disk)) {
                  GoldenFile.values().forEach(out::write);
                }
              })
          .isInstanceOf(CheckpointException.class)
          .hasMessage(
              "%s: cannot be written: No space left on device; the file takes 707 bytes.", file);
      assertThat(directory).isEmptyDirectory();
    }
  }

  private static SafetensorsWriter create(Path file, Disk disk) {
    return SafetensorsWriter.create(file, file, GoldenFile.specs(), PT, true, disk);
  }
}
