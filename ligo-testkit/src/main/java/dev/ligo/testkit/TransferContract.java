package dev.ligo.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ligo.api.DType;
import dev.ligo.api.DeviceArray;
import dev.ligo.api.HostArray;
import dev.ligo.api.NamedTensors;
import dev.ligo.api.Program;
import dev.ligo.api.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What is copied to the device comes back bit by bit, from whatever memory it was. */
interface TransferContract extends Subject {
  private HostArray roundTrip(HostArray array) {
    try (DeviceArray device = backend().array(array)) {
      assertThat(device.spec()).isEqualTo(array.spec());
      assertThat(backend().liveArrays()).isEqualTo(1);
      return device.toHost();
    }
  }

  private void assertRoundTrip(HostArray array) {
    HostArray back = roundTrip(array);
    assertThat(back.spec()).isEqualTo(array.spec());
    assertThat(back.bytes()).as(array.toString()).isEqualTo(array.bytes());
  }

  @Test
  default void everyDTypeAndShapeComesBack() {
    for (DType dtype : DType.values()) {
      for (int[] dims :
          new int[][] {{}, {1}, {0}, {5}, {2, 3}, {2, 0, 3}, {2, 3, 4}, {2, 1, 3, 2}}) {
        assertRoundTrip(Input.normal(dims).draw(dtype, new Random(2)));
      }
    }
  }

  @Test
  default void extremesComeBack() {
    float nan = Float.intBitsToFloat(0x7fc00000);
    assertRoundTrip(
        HostArray.of(
            Shape.of(7), nan, Float.MAX_VALUE, Float.MIN_VALUE, -0f, 1 / 0f, -1 / 0f, 0x1p-126f));
    assertRoundTrip(
        HostArray.of(
            Shape.of(7),
            Double.NaN,
            Double.MAX_VALUE,
            Double.MIN_VALUE,
            -0.0,
            1 / 0.0,
            -1 / 0.0,
            Math.PI));
    assertRoundTrip(HostArray.of(Shape.of(3), Integer.MIN_VALUE, Integer.MAX_VALUE, -1));
    assertRoundTrip(HostArray.of(Shape.of(4), Long.MIN_VALUE, Long.MAX_VALUE, -1L, (1L << 53) + 1));
    assertRoundTrip(HostArray.of(Shape.of(3), true, false, true));
  }

  @Test
  default void extremesPassThroughAProgram() {
    Program program =
        (t, in) -> in.with("constant", t.constant(HostArray.of(Shape.of(1), Long.MIN_VALUE + 1)));
    HostArray x = HostArray.of(Shape.of(2), Long.MAX_VALUE, (1L << 53) + 1);
    Map<String, HostArray> out = Runs.run(backend(), program, Map.of("x", x));
    assertThat(Runs.only(out, "x").toLongs()).containsExactly(Long.MAX_VALUE, (1L << 53) + 1);
    assertThat(Runs.only(out, "constant").toLongs()).containsExactly(Long.MIN_VALUE + 1);
  }

  @Test
  default void anyMemoryIsRead() {
    Shape shape = Shape.of(2, 2);
    for (ByteBuffer memory : List.of(ByteBuffer.allocate(64), ByteBuffer.allocateDirect(64))) {
      memory.order(ByteOrder.LITTLE_ENDIAN);
      for (int i = 0; i < 8; i++) {
        memory.putDouble(8 * i, i);
      }
      memory.position(16).limit(48);
      HostArray part = HostArray.wrap(DType.FLOAT64, shape, memory);
      HostArray readOnly = HostArray.wrap(DType.FLOAT64, shape, memory.asReadOnlyBuffer());
      assertThat(roundTrip(part).toDoubles()).containsExactly(2, 3, 4, 5);
      assertThat(roundTrip(readOnly).toDoubles()).containsExactly(2, 3, 4, 5);
      Program constant = (t, in) -> NamedTensors.of("y", t.constant(readOnly));
      assertThat(Runs.only(Runs.run(backend(), constant, Map.of()), "y").toDoubles())
          .containsExactly(2, 3, 4, 5);
    }
  }

  @Test
  default void bothDirectionsCopy() {
    for (DType dtype : DType.values()) {
      ByteBuffer direct = ByteBuffer.allocateDirect(2 * dtype.bytes());
      HostArray host = HostArray.wrap(dtype, Shape.of(2), direct);
      try (DeviceArray device = backend().array(host)) {
        host.set(0, 1);
        HostArray first = device.toHost();
        first.set(1, 1);
        assertThat(device.toHost().toDoubles()).containsExactly(0, 0);
      }
    }
  }
}
