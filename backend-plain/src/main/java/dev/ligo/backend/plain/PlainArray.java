package dev.ligo.backend.plain;

import dev.ligo.api.HostArray;
import dev.ligo.api.TensorSpec;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntToDoubleFunction;

/** An array and, where a variable went into it, how it came about. */
public final class PlainArray {
  /** Adds to the gradient for each source what the gradient for the result contributes to it. */
  @FunctionalInterface
  public interface Pullback {
    void pull(double[] gradient, List<double[]> sources);
  }

  private final HostArray values;
  private final boolean differentiable;
  private final List<PlainArray> sources;
  private final Pullback pullback;

  private PlainArray(
      HostArray values, boolean differentiable, List<PlainArray> sources, Pullback pullback) {
    this.values = values;
    this.differentiable = differentiable;
    this.sources = sources;
    this.pullback = pullback;
  }

  /** Returns an array that gradients don't reach. */
  public static PlainArray constant(HostArray values) {
    return new PlainArray(values, false, List.of(), (g, s) -> {});
  }

  /** Returns an array that gradients are wanted for. */
  public static PlainArray variable(HostArray values) {
    return new PlainArray(values, true, List.of(), (g, s) -> {});
  }

  /** Returns the result of an operation, with its derivative as a pullback. */
  public static PlainArray result(
      TensorSpec spec, IntToDoubleFunction element, List<PlainArray> sources, Pullback pullback) {
    double[] elements = new double[Math.toIntExact(spec.shape().size())];
    Arrays.setAll(elements, element);
    return result(spec, elements, sources, pullback);
  }

  /** Returns the result of an operation by its elements, rounded to its dtype. */
  static PlainArray result(
      TensorSpec spec, double[] elements, List<PlainArray> sources, Pullback pullback) {
    HostArray values = HostArray.zeros(spec.dtype(), spec.shape());
    for (int i = 0; i < elements.length; i++) {
      values.set(i, elements[i]);
    }
    return sources.stream().anyMatch(s -> s.differentiable)
        ? new PlainArray(values, true, sources, pullback)
        : constant(values);
  }

  /** Returns an array with other values and this one's history. */
  public PlainArray revalued(IntToDoubleFunction element) {
    HostArray other = HostArray.zeros(values.dtype(), values.shape());
    for (int i = 0; i < other.size(); i++) {
      other.set(i, element.applyAsDouble(i));
    }
    return new PlainArray(other, differentiable, sources, pullback);
  }

  /** Returns a copy of an array's bytes. */
  public static HostArray copy(HostArray array) {
    ByteBuffer bytes = ByteBuffer.allocate(array.bytes().remaining()).put(array.bytes()).flip();
    return HostArray.wrap(array.dtype(), array.shape(), bytes);
  }

  public HostArray values() {
    return values;
  }

  public double get(int i) {
    return values.get(i);
  }

  /** Returns the elements, a copy. */
  double[] elements() {
    return values.toDoubles();
  }

  public int size() {
    return values.size();
  }

  public int[] dims() {
    return values.shape().dims();
  }

  public boolean differentiable() {
    return differentiable;
  }

  List<PlainArray> sources() {
    return sources;
  }

  Pullback pullback() {
    return pullback;
  }
}
