package dev.ligo.core.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import dev.ligo.api.IllegalUseException;
import dev.ligo.api.Shape;
import dev.ligo.api.UnknownNameException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsFileTest {
  @TempDir Path directory;

  @Test
  void readsAFileOfTheReferenceImplementation() {
    Path file = RawSafetensors.writeBytes(directory.resolve("golden"), GoldenFile.bytes());
    try (SafetensorsFile found = SafetensorsFile.open(file)) {
      assertThat(found.metadata()).containsExactly(entry("format", "pt"));
      assertThat(found.entries()).isEqualTo(GoldenFile.specs());
      GoldenFile.values()
          .forEach(
              (name, expected) -> {
                HostArray array = found.read(name);
                assertThat(array.spec()).as(name).isEqualTo(expected.spec());
                assertThat(array.bytes()).as(name).isEqualTo(expected.bytes());
              });
    }
  }

  /** The reference implementation takes null for no metadata. */
  @Test
  void readsMetadataThatIsNullAsNone() {
    Path file =
        RawSafetensors.write(
            directory.resolve("null"),
            """
            {"__metadata__":null,
             "x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}\
            """,
            new byte[] {0, 0, (byte) 0x80, 0x3f});
    try (SafetensorsFile found = SafetensorsFile.open(file)) {
      assertThat(found.metadata()).isEmpty();
      assertThat(found.read("x").get(0)).isEqualTo(1);
    }
  }

  @Test
  void readsTensorsAtOddOffsets() {
    ByteBuffer data = ByteBuffer.allocate(1 + 8 + 8 + 2).order(ByteOrder.LITTLE_ENDIAN);
    data.put((byte) 1).putFloat(1.5f).putFloat(-2).putLong(-7).putShort((short) 0x3c00);
    Path file =
        RawSafetensors.write(
            directory.resolve("odd"),
            """
            {"flag":{"dtype":"BOOL","shape":[],"data_offsets":[0,1]},
             "f":{"dtype":"F32","shape":[2],"data_offsets":[1,9]},
             "i":{"dtype":"I64","shape":[1],"data_offsets":[9,17]},
             "h":{"dtype":"F16","shape":[1,1],"data_offsets":[17,19]}}\
            """,
            data.array());
    try (SafetensorsFile found = SafetensorsFile.open(file)) {
      assertThat(found.read("flag").get(0)).isEqualTo(1);
      assertThat(found.read("f").toFloats()).containsExactly(1.5f, -2);
      assertThat(found.read("i").toLongs()).containsExactly(-7);
      assertThat(found.read("h").toFloats()).containsExactly(1);
      assertThat(found.read("h").shape()).isEqualTo(Shape.of(1, 1));
    }
  }

  @Test
  void readsEveryBinary16AndBfloat16() {
    ByteBuffer data = ByteBuffer.allocate(4 << 16).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < 2 << 16; i++) {
      data.putShort((short) i);
    }
    Path file =
        RawSafetensors.write(
            directory.resolve("halves"),
            """
            {"f":{"dtype":"F16","shape":[65536],"data_offsets":[0,131072]},
             "b":{"dtype":"BF16","shape":[65536],"data_offsets":[131072,262144]}}\
            """,
            data.array());
    try (SafetensorsFile found = SafetensorsFile.open(file)) {
      ByteBuffer f = found.read("f").bytes();
      ByteBuffer b = found.read("b").bytes();
      for (int i = 0; i < 1 << 16; i++) {
        assertThat(f.getInt()).isEqualTo(HalfPrecision.widenF16((short) i));
        assertThat(b.getInt()).isEqualTo(HalfPrecision.widenBf16((short) i));
      }
    }
  }

  @Test
  void keysOfATensorThatTheFormatDoesNotNameAreIgnored() {
    Path file =
        RawSafetensors.write(
            directory.resolve("more"),
            """
            {"a":{"note":[{"x":null}],"dtype":"U8","shape":[1],"data_offsets":[0,1]}}\
            """,
            (byte) 200);
    try (SafetensorsFile found = SafetensorsFile.open(file)) {
      assertThat(found.read("a").toLongs()).containsExactly(200);
    }
  }

  @Test
  void aFileWithoutTensorsIsValid() {
    Path file = RawSafetensors.write(directory.resolve("empty"), "{}      ");
    try (SafetensorsFile found = SafetensorsFile.open(file)) {
      assertThat(found.entries()).isEmpty();
      assertThat(found.metadata()).isEmpty();
    }
  }

  @Test
  void anArrayOutlivesTheFile() {
    Path file = RawSafetensors.writeBytes(directory.resolve("golden"), GoldenFile.bytes());
    HostArray array;
    try (SafetensorsFile found = SafetensorsFile.open(file)) {
      array = found.read("a.f32");
    }
    assertThat(array.toFloats()).containsExactly(0, 1, 2, 3, 4, 5);
  }

  @Test
  void aClosedFileIsNotRead() {
    Path file = RawSafetensors.writeBytes(directory.resolve("golden"), GoldenFile.bytes());
    SafetensorsFile found = SafetensorsFile.open(file);
    found.close();
    found.close();
    assertThatThrownBy(() -> found.read("i64"))
        .isInstanceOf(IllegalUseException.class)
        .hasMessage("tensor 'i64' cannot be read, %s is closed.", file);
  }

  /** A mapping would end the process there. */
  @Test
  void aFileThatIsCutOffWhileItIsOpenIsRefusedByName() throws IOException {
    Path file = RawSafetensors.writeBytes(directory.resolve("golden"), GoldenFile.bytes());
    try (SafetensorsFile found = SafetensorsFile.open(file);
        FileChannel other = FileChannel.open(file, StandardOpenOption.WRITE)) {
      other.truncate(found.metadata().size());
      for (String name : List.of("a.f32", "i64", "bf16")) {
        assertThatThrownBy(() -> found.read(name))
            .isInstanceOf(CheckpointException.class)
            .hasMessageContainingAll(
                file.toString(), name, "has become shorter since it was opened");
      }
    }
  }

  @Test
  void anUnknownTensorIsAnsweredWithTheKnown() {
    Path file = RawSafetensors.writeBytes(directory.resolve("golden"), GoldenFile.bytes());
    try (SafetensorsFile found = SafetensorsFile.open(file)) {
      assertThatThrownBy(() -> found.read("a.f31"))
          .isInstanceOf(UnknownNameException.class)
          .hasMessageContaining("no tensor named 'a.f31', did you mean 'a.f32'?");
    }
  }

  @Test
  void aTruthValueIsZeroOrOne() {
    Path file =
        RawSafetensors.write(
            directory.resolve("bool"),
            "{\"mask\":{\"dtype\":\"BOOL\",\"shape\":[2],\"data_offsets\":[0,2]}}",
            new byte[] {1, 2});
    try (SafetensorsFile found = SafetensorsFile.open(file)) {
      assertThatThrownBy(() -> found.read("mask"))
          .isInstanceOf(CheckpointException.class)
          .hasMessage("%s: tensor 'mask' is BOOL, so 0 or 1, but element 1 is 2.", file);
    }
  }

  @Test
  void aFileOfMoreThan2GiBIsReadByParts() throws IOException {
    long big = 3L << 30;
    String header =
        """
        {"big":{"dtype":"F32","shape":[768,1048576],"data_offsets":[0,%d]},
         "wide":{"dtype":"F16","shape":[2],"data_offsets":[%d,%d]}}\
        """
            .formatted(big, big, big + 4);
    Path file = directory.resolve("sparse");
    byte[] start =
        RawSafetensors.bytes(header.length(), header.getBytes(StandardCharsets.US_ASCII));
    try (FileChannel out =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.SPARSE,
            StandardOpenOption.WRITE)) {
      out.write(ByteBuffer.wrap(start));
      out.write(ByteBuffer.wrap(new byte[] {0, 0x3c, 0, 0x40}), start.length + big);
    }
    try (SafetensorsFile found = SafetensorsFile.open(file)) {
      HostArray wide = found.read("wide");
      assertThat(wide.dtype()).isEqualTo(DType.FLOAT32);
      assertThat(wide.toFloats()).containsExactly(1, 2);
      assertThatThrownBy(() -> found.read("big"))
          .isInstanceOf(CheckpointException.class)
          .hasMessage(
              "%s: tensor 'big' is F32(768, 1048576); a model with a tensor of 2 GiB or more in"
                  + " memory can be grown, but not computed with.",
              file);
      HostArray last = found.rows("big", 766, 768);
      assertThat(last.shape()).isEqualTo(Shape.of(2, 1 << 20));
      assertThatThrownBy(() -> found.rows("big", 767, 769))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
  }
}
