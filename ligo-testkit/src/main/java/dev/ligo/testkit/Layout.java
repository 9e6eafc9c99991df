package dev.ligo.testkit;

import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import dev.ligo.api.Shape;
import dev.ligo.api.Tensor;
import java.util.stream.IntStream;

/** How an operation's input lies in memory: as it is, or as a view of another array. */
enum Layout {
  /** In row-major order, alone. */
  PLAIN {
    @Override
    HostArray store(HostArray array) {
      return array;
    }

    @Override
    Tensor view(Tensor stored, Shape shape) {
      return stored;
    }
  },

  /** With the axes in reverse, so that the view is not contiguous. */
  TRANSPOSED {
    @Override
    HostArray store(HostArray array) {
      return Oracle.permute(Doubles.of(array), reversed(array.shape())).as(array.dtype());
    }

    @Override
    Tensor view(Tensor stored, Shape shape) {
      return stored.permute(reversed(shape));
    }
  },

  /** Among other elements along the last axis, so that the view has an offset and gaps. */
  SLICED {
    @Override
    HostArray store(HostArray array) {
      Shape whole = vector(array.shape());
      int n = whole.dim(-1);
      double other = array.dtype().isFloating() ? Double.NaN : array.dtype() == DType.BOOL ? 1 : 99;
      Doubles x = Doubles.of(array).reshape(whole);
      Shape wider = whole.withDim(-1, n + 3);
      return Doubles.of(
              wider,
              i -> {
                int k = i[i.length - 1] - 1;
                int[] inner = i.clone();
                inner[i.length - 1] = k;
                return k >= 0 && k < n ? x.at(inner) : other;
              })
          .as(array.dtype());
    }

    @Override
    Tensor view(Tensor stored, Shape shape) {
      return stored.slice(-1, 1, 1 + vector(shape).dim(-1)).reshape(shape);
    }
  };

  /** Returns what to upload. */
  abstract HostArray store(HostArray array);

  /** Returns the tensor, of the given shape, from what was uploaded. */
  abstract Tensor view(Tensor stored, Shape shape);

  private static int[] reversed(Shape shape) {
    int last = shape.rank() - 1;
    return IntStream.rangeClosed(0, last).map(a -> last - a).toArray();
  }

  private static Shape vector(Shape shape) {
    return shape.rank() == 0 ? Shape.of(1) : shape;
  }
}
