package dev.ligo.testkit.plain;

import dev.ligo.api.Shape;
import dev.ligo.api.TensorSpec;
import dev.ligo.api.spi.Kernels;
import dev.ligo.backend.plain.PlainArray;
import dev.ligo.backend.plain.Strides;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/** Elements that end up elsewhere. */
final class ShapeDefects {
  private ShapeDefects() {}

  static List<Defect> all() {
    return List.of(
        Defect.ofOperation("shapes broadcast from the left", "broadcastTo", LeftBroadcast::new),
        Defect.ofOperation("a slice includes its end", "slice", InclusiveSlice::new),
        Defect.ofOperation("a slice begins one late", "slice", LateSlice::new),
        Defect.ofOperation("before and after are swapped in pad", "pad", SwappedPad::new),
        Defect.ofOperation("concat joins in reverse order", "concat", ReversedConcat::new),
        Defect.ofOperation("split cuts equal parts", "split", EqualSplit::new),
        Defect.ofOperation("permute by the inverse order", "permute", InversePermute::new),
        Defect.ofOperation("reshape in column-major order", "reshape", ColumnMajor::new),
        Defect.ofOperation("gather is taken for take", "gather", GatherAsTake::new),
        Defect.ofOperation("take as a sum of products", "take", OneHotTake::new),
        Defect.ofOperation(
            "a transposition of the right factor is ignored", "matmul", Upright::new),
        Defect.ofOperation("batch axes of a product are not repeated", "matmul", NoBatch::new),
        Defect.ofOperation("a scalar becomes a vector", "neg", ScalarAsVector::new));
  }

  private static PlainArray moved(PlainArray x, int[] from, TensorSpec result) {
    return PlainArray.result(
        result,
        i -> x.get(from[i]),
        List.of(x),
        (g, s) -> IntStream.range(0, g.length).forEach(i -> s.get(0)[from[i]] += g[i]));
  }

  private static final class LeftBroadcast extends ForwardingKernels {
    LeftBroadcast(Kernels<PlainArray> k) {
      super(k);
    }

    @Override
    public PlainArray broadcastTo(PlainArray x, TensorSpec result) {
      int[] to = result.shape().dims();
      int[] own = Strides.rowMajor(x.dims());
      int[] strides = new int[to.length];
      for (int a = 0; a < x.dims().length; a++) {
        strides[a] = x.dims()[a] == 1 ? 0 : own[a];
      }
      return moved(x, Strides.positions(to, 0, strides), result);
    }
  }

  private static final class InclusiveSlice extends ForwardingKernels {
    InclusiveSlice(Kernels<PlainArray> k) {
      super(k);
    }

    @Override
    public PlainArray slice(PlainArray x, int axis, int from, int to, TensorSpec result) {
      int end = Math.min(to + 1, x.dims()[axis]);
      Shape shape = result.shape().withDim(axis, end - from);
      return super.slice(x, axis, from, end, new TensorSpec(result.dtype(), shape));
    }
  }

  private static final class LateSlice extends ForwardingKernels {
    LateSlice(Kernels<PlainArray> k) {
      super(k);
    }

    @Override
    public PlainArray slice(PlainArray x, int axis, int from, int to, TensorSpec result) {
      int late = to < x.dims()[axis] ? 1 : 0;
      return super.slice(x, axis, from + late, to + late, result);
    }
  }

  private static final class SwappedPad extends ForwardingKernels {
    SwappedPad(Kernels<PlainArray> k) {
      super(k);
    }

    @Override
    public PlainArray pad(PlainArray x, int axis, int before, int after, TensorSpec result) {
      return super.pad(x, axis, after, before, result);
    }
  }

  private static final class ReversedConcat extends ForwardingKernels {
    ReversedConcat(Kernels<PlainArray> k) {
      super(k);
    }

    @Override
    public PlainArray concat(List<PlainArray> parts, int axis, TensorSpec result) {
      List<PlainArray> reversed = new ArrayList<>(parts);
      Collections.reverse(reversed);
      return super.concat(reversed, axis, result);
    }
  }

  private static final class EqualSplit extends ForwardingKernels {
    EqualSplit(Kernels<PlainArray> k) {
      super(k);
    }

    @Override
    public List<PlainArray> split(PlainArray x, int axis, List<TensorSpec> results) {
      int each = x.dims()[axis] / results.size();
      List<TensorSpec> equal =
          results.stream()
              .map(r -> new TensorSpec(r.dtype(), r.shape().withDim(axis, each)))
              .toList();
      return super.split(x, axis, equal);
    }
  }

  private static final class InversePermute extends ForwardingKernels {
    InversePermute(Kernels<PlainArray> k) {
      super(k);
    }

    @Override
    public PlainArray permute(PlainArray x, int[] order, TensorSpec result) {
      int[] inverse = new int[order.length];
      IntStream.range(0, order.length).forEach(i -> inverse[order[i]] = i);
      int[] dims = IntStream.of(inverse).map(a -> x.dims()[a]).toArray();
      return super.permute(x, inverse, new TensorSpec(result.dtype(), Shape.of(dims)));
    }
  }

  private static final class ColumnMajor extends ForwardingKernels {
    ColumnMajor(Kernels<PlainArray> k) {
      super(k);
    }

    @Override
    public PlainArray reshape(PlainArray x, TensorSpec result) {
      return x.dims().length > 1 && result.shape().rank() > 1
          ? moved(x, columnsFirst(x.dims()), result)
          : super.reshape(x, result);
    }

    private static int[] columnsFirst(int[] dims) {
      int[] reversed = new int[dims.length];
      int[] strides = new int[dims.length];
      int[] own = Strides.rowMajor(dims);
      for (int a = 0; a < dims.length; a++) {
        reversed[a] = dims[dims.length - 1 - a];
        strides[a] = own[dims.length - 1 - a];
      }
      return Strides.positions(reversed, 0, strides);
    }
  }

  private static final class GatherAsTake extends ForwardingKernels {
    GatherAsTake(Kernels<PlainArray> k) {
      super(k);
    }

    @Override
    public PlainArray gather(PlainArray x, PlainArray indices, int axis, TensorSpec result) {
      return super.take(x, indices, axis, result);
    }
  }

  private static final class OneHotTake extends ForwardingKernels {
    OneHotTake(Kernels<PlainArray> k) {
      super(k);
    }

    /** 0·NaN is NaN: what is not taken shows. */
    @Override
    public PlainArray take(PlainArray x, PlainArray indices, int axis, TensorSpec result) {
      PlainArray sound = super.take(x, indices, axis, result);
      double zero = IntStream.range(0, x.size()).mapToDouble(i -> 0 * x.get(i)).sum();
      return sound.revalued(i -> sound.get(i) + zero);
    }
  }

  private static final class Upright extends ForwardingKernels {
    Upright(Kernels<PlainArray> k) {
      super(k);
    }

    @Override
    public PlainArray matmul(
        PlainArray a, boolean transposeA, PlainArray b, boolean transposeB, TensorSpec result) {
      return super.matmul(a, transposeA, b, false, result);
    }
  }

  private static final class NoBatch extends ForwardingKernels {
    NoBatch(Kernels<PlainArray> k) {
      super(k);
    }

    @Override
    public PlainArray matmul(
        PlainArray a, boolean transposeA, PlainArray b, boolean transposeB, TensorSpec result) {
      if (a.dims().length != b.dims().length) {
        throw new IllegalArgumentException("ranks " + a.dims().length + ", " + b.dims().length);
      }
      return super.matmul(a, transposeA, b, transposeB, result);
    }
  }

  private static final class ScalarAsVector extends ForwardingKernels {
    ScalarAsVector(Kernels<PlainArray> k) {
      super(k);
    }

    @Override
    public PlainArray unary(Unary function, PlainArray x, TensorSpec result) {
      boolean scalar = result.shape().rank() == 0;
      TensorSpec vector = new TensorSpec(result.dtype(), Shape.of(1));
      return super.unary(function, x, scalar ? vector : result);
    }
  }
}
