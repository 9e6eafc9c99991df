package dev.ligo.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ReadOnlyBufferException;
import org.junit.jupiter.api.Test;

class HostArrayTest {
  @Test
  void valuesOfEveryDTypeAreKept() {
    assertThat(HostArray.of(Shape.of(2), 1.5f, -2f).toFloats()).containsExactly(1.5f, -2f);
    assertThat(HostArray.of(Shape.of(2), 0.1, -2.0).toDoubles()).containsExactly(0.1, -2);
    assertThat(HostArray.of(Shape.of(2), 7, Integer.MIN_VALUE).toLongs())
        .containsExactly(7, Integer.MIN_VALUE);
    assertThat(HostArray.of(Shape.of(2), Long.MAX_VALUE, (1L << 53) + 1).toLongs())
        .containsExactly(Long.MAX_VALUE, (1L << 53) + 1);
    assertThat(HostArray.of(Shape.of(2), true, false).toDoubles()).containsExactly(1, 0);
  }

  @Test
  void theDTypeFollowsTheValues() {
    assertThat(HostArray.of(Shape.of(1), 1f).dtype()).isEqualTo(DType.FLOAT32);
    assertThat(HostArray.of(Shape.of(1), 1.0).dtype()).isEqualTo(DType.FLOAT64);
    assertThat(HostArray.of(Shape.of(1), 1).dtype()).isEqualTo(DType.INT32);
    assertThat(HostArray.of(Shape.of(1), 1L).dtype()).isEqualTo(DType.INT64);
    assertThat(HostArray.of(Shape.of(1), true).dtype()).isEqualTo(DType.BOOL);
  }

  @Test
  void theGivenValuesAreCopied() {
    double[] values = {1, 2};
    HostArray a = HostArray.of(Shape.of(2), values);
    values[0] = 9;
    a.toDoubles()[1] = 9;
    assertThat(a.toDoubles()).containsExactly(1, 2);
  }

  @Test
  void bytesAreLittleEndianAndReadOnly() {
    ByteBuffer bytes = HostArray.of(Shape.of(2), 1, 256).bytes();
    assertThat(bytes.order()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
    assertThat(bytes.position()).isZero();
    byte[] copy = new byte[8];
    bytes.get(copy);
    assertThat(copy).containsExactly(1, 0, 0, 0, 0, 1, 0, 0);
    assertThatThrownBy(() -> bytes.put(0, (byte) 1)).isInstanceOf(ReadOnlyBufferException.class);
  }

  @Test
  void aWrappedBufferIsReadFromItsPositionAndShared() {
    ByteBuffer memory = ByteBuffer.allocateDirect(32).order(ByteOrder.BIG_ENDIAN);
    memory.position(8).limit(24);
    HostArray a = HostArray.wrap(DType.INT64, Shape.of(2), memory);
    a.set(1, 3);
    assertThat(memory.get(16)).isEqualTo((byte) 3);
    assertThat(memory.position()).isEqualTo(8);
    assertThat(a.toLongs()).containsExactly(0, 3);
    assertThat(a.size()).isEqualTo(2);
  }

  @Test
  void aNumberOfElementsThatDoesNotFitIsRefused() {
    assertThatThrownBy(() -> HostArray.of(Shape.of(2, 2), 1.0, 2.0))
        .isInstanceOf(TensorException.class)
        .hasMessage("an array of shape (2, 2) has 4 elements, found 2.");
    assertThatThrownBy(() -> HostArray.wrap(DType.FLOAT32, Shape.of(3), ByteBuffer.allocate(8)))
        .isInstanceOf(TensorException.class)
        .hasMessage("an array of float32(3) takes 12 bytes, found 8.");
    assertThatThrownBy(() -> HostArray.zeros(DType.FLOAT64, Shape.of(1 << 20, 1 << 10)))
        .isInstanceOf(TensorException.class)
        .hasMessage(
            "an array of float64(1048576, 1024) takes 8589934592 bytes; a host array is smaller"
                + " than 2 GiB.");
  }

  @Test
  void scalarsAreRoundedToTheirDType() {
    assertThat(HostArray.scalar(DType.FLOAT32, 0.1).get(0)).isEqualTo(0.1f);
    assertThat(HostArray.scalar(DType.INT32, -2.7).get(0)).isEqualTo(-2);
    assertThat(HostArray.scalar(DType.BOOL, 0.5).get(0)).isEqualTo(1);
    assertThat(HostArray.scalar(DType.INT64, 3).shape()).isEqualTo(Shape.scalar());
  }

  @Test
  void conversionRoundsOrCuts() {
    HostArray a = HostArray.of(Shape.of(3), 1.75, -2.5, 0);
    assertThat(a.as(DType.FLOAT64)).isSameAs(a);
    assertThat(a.as(DType.FLOAT32).toDoubles()).containsExactly(1.75, -2.5, 0);
    assertThat(a.as(DType.INT32).toLongs()).containsExactly(1, -2, 0);
    assertThat(a.as(DType.BOOL).toLongs()).containsExactly(1, 1, 0);
    assertThat(a.toLongs()).containsExactly(1, -2, 0);
    assertThat(a.toFloats()).containsExactly(1.75f, -2.5f, 0);
    HostArray floats = HostArray.of(Shape.of(1), 0.1f);
    assertThat(floats.as(DType.FLOAT64).get(0)).isEqualTo(0.1f);
    assertThat(HostArray.of(Shape.of(2), true, false).as(DType.INT64).toLongs())
        .containsExactly(1, 0);
  }

  @Test
  void reshapingSharesTheBytes() {
    HostArray a = HostArray.of(Shape.of(2, 3), 1, 2, 3, 4, 5, 6);
    HostArray b = a.reshape(Shape.of(3, 2));
    b.set(5, 9);
    assertThat(a.get(5)).isEqualTo(9);
    assertThat(b.shape()).isEqualTo(Shape.of(3, 2));
    assertThatThrownBy(() -> a.reshape(Shape.of(5))).isInstanceOf(TensorException.class);
  }

  @Test
  void finitenessIsThatOfEveryElement() {
    assertThat(HostArray.of(Shape.of(2), 1f, Float.MAX_VALUE).isFinite()).isTrue();
    assertThat(HostArray.of(Shape.of(2), 1f, Float.NaN).isFinite()).isFalse();
    assertThat(HostArray.of(Shape.of(1), Double.NEGATIVE_INFINITY).isFinite()).isFalse();
    assertThat(HostArray.of(Shape.of(1), Long.MAX_VALUE).isFinite()).isTrue();
    assertThat(HostArray.zeros(DType.FLOAT32, Shape.of(0)).isFinite()).isTrue();
  }

  @Test
  void anArrayIsWrittenAsItsSpec() {
    assertThat(HostArray.zeros(DType.BOOL, Shape.of(2, 0))).hasToString("HostArray bool(2, 0)");
  }
}
