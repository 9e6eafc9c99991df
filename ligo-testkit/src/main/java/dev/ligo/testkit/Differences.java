package dev.ligo.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Derivatives of oracles by finite differences. */
final class Differences {
  private static final double STEP = 3e-4;

  private Differences() {}

  /**
   * Returns the gradient of Σ weights·f(x) for one of f's arguments, by the central difference of
   * fourth order: (8·(f(h) − f(−h)) − (f(2h) − f(−2h)))/12h. Its own error is about 1e-11 of the
   * largest element.
   */
  static Doubles gradient(
      Function<List<Doubles>, Doubles> f, List<Doubles> at, int argument, Doubles weights) {
    Doubles x = at.get(argument);
    double[] gradient = new double[x.size()];
    List<Doubles> moved = new ArrayList<>(at);
    for (int i = 0; i < gradient.length; i++) {
      Doubles[] values = new Doubles[5];
      for (int k = -2; k <= 2; k++) {
        moved.set(argument, x.with(i, x.flat(i) + k * STEP));
        values[k + 2] = f.apply(moved);
      }
      double sum = 0;
      for (int j = 0; j < weights.size(); j++) {
        double near = values[3].flat(j) - values[1].flat(j);
        double far = values[4].flat(j) - values[0].flat(j);
        sum += weights.flat(j) * (8 * near - far);
      }
      gradient[i] = sum / (12 * STEP);
    }
    return Doubles.of(x.shape(), gradient);
  }
}
