package dev.ligo.testkit;

import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import dev.ligo.api.Shape;
import java.util.Arrays;
import java.util.Collections;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * One input of a case: its shape and how its values are drawn.
 *
 * @param shape the shape
 * @param fixed its dtype, or empty for the dtype under test
 * @param variable whether it is differentiated where the case is
 * @param values draws the elements
 */
record Input(Shape shape, Optional<DType> fixed, boolean variable, Sampler values) {
  /** Draws elements of an array. */
  @FunctionalInterface
  interface Sampler {
    double[] draw(int size, DType dtype, Random random);
  }

  /** Standard normal numbers, small integers, or truth values. */
  static Input normal(int... dims) {
    return generic(dims, Input::anything);
  }

  /** Numbers from 0.5 to 2.5: where roots and quotients are smooth and sums don't cancel. */
  static Input positive(int... dims) {
    return generic(dims, (n, type, random) -> random.doubles(n, 0.5, 2.5).toArray());
  }

  /** Numbers at least 0.1 from 0 and from each other: where kinks are not near. */
  static Input apart(int... dims) {
    return generic(dims, Input::spread);
  }

  /** Few different values, so that some are equal. */
  static Input coarse(int... dims) {
    return generic(
        dims, (n, type, random) -> random.ints(n, 0, bound(type, 3)).asDoubleStream().toArray());
  }

  /** The given values. */
  static Input exactly(Shape shape, double... values) {
    return generic(shape.dims(), (n, type, random) -> values.clone());
  }

  /** Truth values, whatever the dtype under test. */
  static Input truth(int... dims) {
    return normal(dims).of(DType.BOOL);
  }

  /** Indices from 0 to below a bound, whatever the dtype under test. */
  static Input indices(DType dtype, int bound, int... dims) {
    Sampler below = (n, type, random) -> random.ints(n, 0, bound).asDoubleStream().toArray();
    return new Input(Shape.of(dims), Optional.of(dtype), false, below);
  }

  /** This input in a dtype of its own, never differentiated. */
  Input of(DType dtype) {
    return new Input(shape, Optional.of(dtype), false, values);
  }

  /** This input, never differentiated. */
  Input constant() {
    return new Input(shape, fixed, false, values);
  }

  /** Draws the input for a dtype under test. */
  HostArray draw(DType underTest, Random random) {
    DType dtype = fixed.orElse(underTest);
    int size = Math.toIntExact(shape.size());
    return Doubles.of(shape, values.draw(size, dtype, random)).as(dtype);
  }

  private static Input generic(int[] dims, Sampler values) {
    return new Input(Shape.of(dims), Optional.empty(), true, values);
  }

  private static double[] anything(int size, DType dtype, Random random) {
    return dtype.isFloating()
        ? random.doubles(size).map(u -> random.nextGaussian()).toArray()
        : random
            .ints(size, dtype == DType.BOOL ? 0 : -9, bound(dtype, 10))
            .asDoubleStream()
            .toArray();
  }

  private static int bound(DType dtype, int number) {
    return dtype == DType.BOOL ? 2 : number;
  }

  private static double[] spread(int size, DType dtype, Random random) {
    Double[] steps =
        IntStream.rangeClosed(1, size)
            .mapToObj(k -> (random.nextBoolean() ? 0.3 : -0.3) * (k + 0.6 * random.nextDouble()))
            .toArray(Double[]::new);
    Collections.shuffle(Arrays.asList(steps), random);
    return Arrays.stream(steps).mapToDouble(d -> d).toArray();
  }
}
