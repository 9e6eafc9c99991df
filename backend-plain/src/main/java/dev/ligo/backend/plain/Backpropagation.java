package dev.ligo.backend.plain;

import dev.ligo.api.HostArray;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/** Reverse-mode differentiation: pulls the gradient of a scalar back to what it was made from. */
public final class Backpropagation {
  private final IdentityHashMap<PlainArray, double[]> gradients = new IdentityHashMap<>();

  /** Differentiates a scalar. */
  public Backpropagation(PlainArray scalar) {
    Arrays.fill(of(scalar), 1);
    pull(scalar);
  }

  /**
   * Goes on from a variable to what it was made from, which is made once more.
   *
   * @param variable the variable, whose gradient is complete
   * @param again has its values, and a history
   */
  public void continueFrom(PlainArray variable, PlainArray again) {
    double[] from = of(variable);
    double[] to = of(again);
    Arrays.setAll(to, i -> to[i] + from[i]);
    pull(again);
  }

  private void pull(PlainArray from) {
    List<PlainArray> order = sourcesFirst(from);
    Collections.reverse(order);
    for (PlainArray x : order) {
      x.pullback().pull(of(x), x.sources().stream().map(this::of).toList());
      if (!x.sources().isEmpty()) {
        gradients.remove(x); // a variable's gradient adds up, others are passed on once
      }
    }
  }

  /** Returns the gradient for a variable, zeros if the scalar was not made from it. */
  public HostArray gradient(PlainArray variable) {
    double[] gradient = of(variable);
    HostArray array = HostArray.zeros(variable.values().dtype(), variable.values().shape());
    for (int i = 0; i < gradient.length; i++) {
      array.set(i, gradient[i]);
    }
    return array;
  }

  private double[] of(PlainArray x) {
    return gradients.computeIfAbsent(x, k -> new double[k.size()]);
  }

  private static List<PlainArray> sourcesFirst(PlainArray last) {
    List<PlainArray> order = new ArrayList<>();
    collect(last, Collections.newSetFromMap(new IdentityHashMap<>()), order);
    return order;
  }

  private static void collect(PlainArray x, Set<PlainArray> seen, List<PlainArray> order) {
    if (x.differentiable() && seen.add(x)) {
      x.sources().forEach(s -> collect(s, seen, order));
      order.add(x);
    }
  }
}
