package dev.ligo.core.growth.apply;

import dev.ligo.api.HostArray;
import dev.ligo.api.NamedTensors;
import dev.ligo.api.Shape;
import dev.ligo.api.Tensor;
import dev.ligo.api.Tensors;
import dev.ligo.core.growth.AxisMap;
import dev.ligo.core.growth.ParameterGrowth;
import dev.ligo.core.growth.Term;
import dev.ligo.core.model.Parameter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The one piece of code that applies an operator, on tensors: LiGO differentiates through it, and a
 * learned operator is applied to a checkpoint by it.
 */
public final class TensorGrowth {
  private final Tensors t;
  private final NamedTensors factors;

  /**
   * Creates the application inside a program.
   *
   * @param t what makes constants
   * @param factors the values of the operator's factors
   */
  public TensorGrowth(Tensors t, NamedTensors factors) {
    this.t = t;
    this.factors = factors;
  }

  /**
   * {@return the large parameter, (large layers, …)}
   *
   * @param growth how the parameter grows
   * @param small the small parameter's layers, (small layers, …)
   * @param fill what is added: zero where a term reaches; empty if every entry is reached or stays
   *     zero
   */
  public Tensor grow(ParameterGrowth growth, Tensor small, Optional<Tensor> fill) {
    Tensor sum = sum(growth, small);
    Tensor grown =
        growth.offset() == 0
            ? sum
            : sum.add(
                sum(growth, t.full(small.dtype(), small.shape(), 1)).sub(1).mul(growth.offset()));
    return fill.map(grown::add).orElse(grown);
  }

  /** Returns the sum of the terms, without what no term reaches. */
  private Tensor sum(ParameterGrowth growth, Tensor small) {
    Tensor sum;
    if (growth.partAxis() < 0) {
      sum = sum(growth.parts().get(0), small);
    } else {
      List<Tensor> sources = apart(growth.small(), small);
      List<Tensor> parts = new ArrayList<>();
      for (int i = 0; i < sources.size(); i++) {
        parts.add(sum(growth.parts().get(i), sources.get(i)));
      }
      sum = together(growth.large(), parts);
    }
    return growth.ratio() == 1 ? sum : sum.mul(growth.ratio());
  }

  /** Returns the parts of a parameter's layers, each as if it were a parameter of its own. */
  private static List<Tensor> apart(Parameter p, Tensor layers) {
    int axis = p.partAxis() + 1;
    int stretches = p.partStretches();
    int[] extents = ParameterGrowth.partExtents(p);
    int[] each = Arrays.stream(extents).map(n -> n / stretches).toArray();
    List<Tensor> parts = new ArrayList<>();
    for (Tensor part : stretched(layers, axis, stretches).split(axis + 1, each)) {
      parts.add(part.reshape(layers.shape().withDim(axis, extents[parts.size()])));
    }
    return parts;
  }

  /** Returns the layers of a parameter from those of its parts. */
  private Tensor together(Parameter p, List<Tensor> parts) {
    int axis = p.partAxis() + 1;
    Tensor all =
        t.concat(axis + 1, parts.stream().map(x -> stretched(x, axis, p.partStretches())).toList());
    return all.reshape(parts.get(0).shape().withDim(axis, p.shape().dim(axis - 1)));
  }

  /** Splits an axis in two: the stretches, and what lies in one. */
  private static Tensor stretched(Tensor x, int axis, int stretches) {
    int[] dims = new int[x.shape().rank() + 1];
    for (int i = 0; i < x.shape().rank(); i++) {
      dims[i < axis ? i : i + 1] = x.shape().dim(i);
    }
    dims[axis] = stretches;
    dims[axis + 1] /= stretches;
    return x.reshape(Shape.of(dims));
  }

  private Tensor sum(List<Term> terms, Tensor small) {
    Tensor sum = apply(terms.get(0), small);
    for (Term term : terms.subList(1, terms.size())) {
      sum = sum.add(apply(term, small));
    }
    return sum;
  }

  private Tensor apply(Term term, Tensor small) {
    List<AxisMap> modes = term.modes();
    Tensor x = small;
    for (int mode : ModeOrder.cheapest(modes, small.shape())) {
      x = along(modes.get(mode), x, mode);
    }
    return x;
  }

  private Tensor along(AxisMap map, Tensor x, int axis) {
    if (map instanceof AxisMap.Identity) {
      return x;
    }
    if (map instanceof AxisMap.Selection s) {
      return select(s, x, axis);
    }
    AxisMap.Factor f = (AxisMap.Factor) map;
    Tensor product = multiply(f, factors.get(f.name()), x, axis);
    return f.form() == AxisMap.Form.DENSE ? product : t.concat(axis, List.of(x, product));
  }

  /** Takes units of x, with which the mean of all and a zero stand where there are such. */
  private Tensor select(AxisMap.Selection s, Tensor x, int axis) {
    boolean mean = s.has(AxisMap.Selection.MEAN);
    int zero = s.small() + (mean ? 1 : 0);
    Tensor from = mean ? t.concat(axis, List.of(x, x.meanKeeping(axis))) : x;
    from = s.has(AxisMap.Selection.NONE) ? from.pad(axis, 0, 1) : from;
    int[] index = new int[s.large()];
    double[] scale = new double[s.large()];
    boolean scaled = false;
    for (int i = 0; i < index.length; i++) {
      boolean none = s.index(i) == AxisMap.Selection.NONE;
      index[i] = none ? zero : s.index(i) == AxisMap.Selection.MEAN ? s.small() : s.index(i);
      scale[i] = none ? 1 : s.scale(i);
      scaled |= scale[i] != 1;
    }
    Tensor taken = from.take(t.constant(HostArray.of(Shape.of(index.length), index)), axis);
    if (!scaled) {
      return taken;
    }
    int[] broadcast = new int[x.shape().rank() - axis];
    Arrays.fill(broadcast, 1);
    broadcast[0] = scale.length;
    return taken.mul(t.constant(HostArray.of(Shape.of(broadcast), scale).as(x.dtype())));
  }

  /** Multiplies a factor's rows along an axis of x, whose axis 0 is that of the layers. */
  private static Tensor multiply(AxisMap.Factor f, Tensor rows, Tensor x, int axis) {
    int last = x.shape().rank() - 1;
    Shape result = x.shape().withDim(axis, f.rows());
    if (f.sharing() != AxisMap.Sharing.SHARED) {
      return layered(rows, x, axis).reshape(result);
    }
    if (axis == last) {
      return x.linear(rows);
    }
    int before = 1;
    for (int i = 0; i < axis; i++) {
      before *= x.shape().dim(i);
    }
    Tensor flat = x.reshape(before, f.small(), -1);
    return before == 1
        ? rows.matmul(flat.reshape(f.small(), -1)).reshape(result)
        : rows.matmul(flat).reshape(result);
  }

  /** Multiplies rows (layers, rows, small) along an axis of x (layers, …) layer by layer. */
  private static Tensor layered(Tensor rows, Tensor x, int axis) {
    int layers = x.shape().dim(0);
    int small = x.shape().dim(axis);
    if (axis == x.shape().rank() - 1) {
      return x.reshape(layers, -1, small).matmul(false, rows, true);
    }
    if (axis == 1) {
      return rows.matmul(x.reshape(layers, small, -1));
    }
    Tensor each = x.reshape(layers, x.shape().dim(1), small, -1);
    return rows.expandDims(1).matmul(each);
  }
}
