package dev.ligo.backend.djl;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ligo.api.DType;
import dev.ligo.api.DeviceArray;
import dev.ligo.api.HostArray;
import dev.ligo.api.NamedTensors;
import dev.ligo.api.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Arrays arrive as they were, wherever in memory they came from. */
class TransferTest {
  private static final float[] VALUES = {1.5f, -2.25f, 3e-30f, Float.NEGATIVE_INFINITY};

  private final OpenBackend b = OpenBackend.onCpu();

  @AfterEach
  void close() {
    assertThat(b.strayArrays()).isZero();
    assertThat(b.liveArrays()).isZero();
    b.close();
  }

  private void assertArrives(ByteBuffer bytes) {
    HostArray data = HostArray.wrap(DType.FLOAT32, Shape.of(4), bytes);
    try (DeviceArray array = b.array(data)) {
      assertThat(array.toHost().toFloats()).containsExactly(VALUES);
    }
  }

  /** Writes the values after some bytes that are not theirs. */
  private static ByteBuffer write(ByteBuffer into, int offset) {
    into.order(ByteOrder.LITTLE_ENDIAN).position(offset);
    for (float v : VALUES) {
      into.putFloat(v);
    }
    return into.flip().position(offset);
  }

  @Test
  void fromTheHeap() {
    assertArrives(write(ByteBuffer.allocate(19), 3));
  }

  @Test
  void fromADirectBuffer() {
    assertArrives(write(ByteBuffer.allocateDirect(16), 0));
  }

  @Test
  void fromAnOddAddress() {
    assertArrives(write(ByteBuffer.allocateDirect(19), 3));
  }

  @Test
  void fromAnOddOffsetOfAMappedFile(@TempDir Path directory) throws IOException {
    ByteBuffer bytes = write(ByteBuffer.allocate(19), 3);
    Path file = Files.write(directory.resolve("weights"), bytes.array());
    try (FileChannel channel = FileChannel.open(file)) {
      assertArrives(channel.map(FileChannel.MapMode.READ_ONLY, 0, 19).position(3));
    }
  }

  @Test
  void aCopyIsMade() {
    HostArray data = HostArray.of(Shape.of(2), 1f, 2f);
    try (DeviceArray array = b.array(data)) {
      data.set(0, 9);
      HostArray back = array.toHost();
      assertThat(back.toFloats()).containsExactly(1, 2);
      back.set(1, 9);
      assertThat(array.toHost().toFloats()).containsExactly(1, 2);
    }
  }

  @ParameterizedTest
  @EnumSource
  void ofEveryDtypeAndRank(DType dtype) {
    for (Shape shape :
        new Shape[] {Shape.scalar(), Shape.of(3), Shape.of(2, 1, 3), Shape.of(0, 2)}) {
      HostArray data = HostArray.zeros(dtype, shape);
      for (int i = 0; i < data.size(); i++) {
        data.set(i, (i + 1) % 3);
      }
      try (DeviceArray array = b.array(data)) {
        assertThat(array.toHost().spec()).isEqualTo(data.spec());
        assertThat(array.toHost().bytes()).isEqualTo(data.bytes());
      }
    }
  }

  @Test
  void ofWhatIsNotContiguous() {
    try (DeviceArray x = b.array(HostArray.of(Shape.of(2, 3), 1, 2, 3, 4, 5, 6));
        DeviceArray turned =
            b.backend()
                .compile((t, in) -> NamedTensors.of(Map.of("y", in.get("x").transpose())))
                .run(Map.of("x", x))
                .get("y");
        DeviceArray repeated =
            b.backend()
                .compile(
                    (t, in) ->
                        NamedTensors.of(
                            Map.of("y", in.get("x").slice(1, 1, 2).broadcastTo(Shape.of(2, 2)))))
                .run(Map.of("x", x))
                .get("y");
        DeviceArray column =
            b.backend()
                .compile(
                    (t, in) -> NamedTensors.of(Map.of("y", in.get("x").slice(1, 1, 2).reshape(2))))
                .run(Map.of("x", x))
                .get("y")) {
      assertThat(turned.toHost().toLongs()).containsExactly(1, 4, 2, 5, 3, 6);
      assertThat(column.toHost().toLongs()).containsExactly(2, 5);
      assertThat(repeated.toHost().toLongs()).containsExactly(2, 2, 5, 5);
    }
  }
}
