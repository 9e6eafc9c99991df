package dev.ligo.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ShapeTest {
  @Test
  void aShapeCountsItsElements() {
    assertThat(Shape.of(2, 3, 4).size()).isEqualTo(24);
    assertThat(Shape.of(2, 0, 4).size()).isZero();
    assertThat(Shape.scalar().size()).isEqualTo(1);
    assertThat(Shape.of(1 << 20, 1 << 20, 2).size()).isEqualTo(1L << 41);
  }

  @Test
  void negativeAxesCountFromTheLast() {
    Shape s = Shape.of(2, 3, 4);
    assertThat(s.dim(0)).isEqualTo(2);
    assertThat(s.dim(-1)).isEqualTo(4);
    assertThat(s.axis(-3)).isZero();
    assertThat(s.axis(2)).isEqualTo(2);
  }

  @Test
  void anAxisThatIsNotThereIsRefused() {
    assertThatThrownBy(() -> Shape.of(2, 3).dim(2))
        .isInstanceOf(TensorException.class)
        .hasMessage("axis 2 does not exist in shape (2, 3).");
    assertThatThrownBy(() -> Shape.of(2, 3).axis(-3))
        .isInstanceOf(TensorException.class)
        .hasMessage("axis -3 does not exist in shape (2, 3).");
    assertThatThrownBy(() -> Shape.scalar().axis(0))
        .isInstanceOf(TensorException.class)
        .hasMessage("axis 0 does not exist in shape ().");
  }

  @Test
  void aNegativeExtentIsRefused() {
    assertThatThrownBy(() -> Shape.of(2, -1))
        .isInstanceOf(TensorException.class)
        .hasMessage("a shape has no negative extents, found [2, -1].");
  }

  @Test
  void aShapeNeverChanges() {
    int[] dims = {2, 3};
    Shape s = Shape.of(dims);
    dims[0] = 9;
    s.dims()[1] = 9;
    assertThat(s).isEqualTo(Shape.of(2, 3));
    assertThat(s.withDim(-1, 5)).isEqualTo(Shape.of(2, 5));
    assertThat(s).isEqualTo(Shape.of(2, 3));
  }

  @Test
  void shapesAreEqualByTheirExtents() {
    assertThat(Shape.of(2, 3)).isEqualTo(Shape.of(2, 3)).hasSameHashCodeAs(Shape.of(2, 3));
    assertThat(Shape.of(2, 3)).isNotEqualTo(Shape.of(3, 2)).isNotEqualTo(Shape.of(2, 3, 1));
    assertThat(Shape.of()).isEqualTo(Shape.scalar());
  }

  @Test
  void aShapeIsWrittenAsATuple() {
    assertThat(Shape.of(2, 3)).hasToString("(2, 3)");
    assertThat(Shape.scalar()).hasToString("()");
    assertThat(new TensorSpec(DType.INT32, Shape.of(4))).hasToString("int32(4)");
  }
}
