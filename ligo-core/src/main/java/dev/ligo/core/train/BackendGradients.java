package dev.ligo.core.train;

import dev.ligo.api.Backend;
import dev.ligo.api.Computation;
import dev.ligo.api.DeviceArray;
import dev.ligo.api.HostArray;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Computes gradients on a backend. It holds what is the same for all steps there: the compiled
 * programs, and the constants, such as a frozen model. Several threads may ask it at once.
 */
public final class BackendGradients implements GradientSource, AutoCloseable {
  private record Kind(Computation computation, Predicate<String> trains) {}

  private final Backend backend;
  private final List<Kind> kinds = new ArrayList<>();
  private final Map<String, DeviceArray> constants = new TreeMap<>();

  /**
   * Compiles the gradients of one objective.
   *
   * @param backend the backend to compute on
   * @param objective the loss, as a function of the variables
   * @param constants the constants' values
   */
  public BackendGradients(Backend backend, Objective objective, Map<String, HostArray> constants) {
    this(backend, List.of(new Variant(objective)), constants);
  }

  /**
   * Compiles the gradients of all variants.
   *
   * @param variants the kinds of steps that there will be
   */
  BackendGradients(Backend backend, List<Variant> variants, Map<String, HostArray> constants) {
    this.backend = backend;
    try {
      for (Variant v : variants) {
        kinds.add(new Kind(backend.compile(new GradientProgram(v.objective())), v.trains()));
      }
      constants.forEach((n, a) -> this.constants.put("constant/" + n, backend.array(a)));
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  @Override
  public Gradients gradients(Request request) {
    Kind kind = kinds.get(request.variant());
    Map<String, HostArray> named = new TreeMap<>();
    request
        .variables()
        .forEach(
            (n, a) -> named.put((kind.trains().test(n) ? "variable/" : "constant/frozen/") + n, a));
    Map<String, DeviceArray> variables = backend.arrays(named);
    try {
      return request.microBatches().stream()
          .map(b -> gradients(kind.computation(), variables, b))
          .reduce(Gradients::plus)
          .orElseThrow();
    } finally {
      variables.values().forEach(DeviceArray::close);
    }
  }

  private Gradients gradients(
      Computation computation, Map<String, DeviceArray> variables, MicroBatch microBatch) {
    Map<String, HostArray> named = new TreeMap<>();
    microBatch.arrays().forEach((n, a) -> named.put("batch/" + n, a));
    Map<String, DeviceArray> batch = backend.arrays(named);
    try {
      Map<String, DeviceArray> inputs = new TreeMap<>(batch);
      inputs.putAll(variables);
      inputs.putAll(constants);
      return read(computation.run(inputs, Map.of(), microBatch.seed()));
    } finally {
      batch.values().forEach(DeviceArray::close);
    }
  }

  private static Gradients read(SortedMap<String, DeviceArray> out) {
    try {
      SortedMap<String, HostArray> values = new TreeMap<>();
      Map<String, Double> sums = new TreeMap<>();
      out.forEach(
          (n, a) -> {
            String name = n.substring(n.indexOf('/') + 1);
            if (n.startsWith("gradient/")) {
              values.put(name, a.toHost());
            } else if (n.startsWith("sum/")) {
              sums.put(name, a.toHost().get(0));
            }
          });
      double weight = out.get("weight").toHost().get(0);
      return new Gradients(weight, out.get("loss").toHost().get(0), sums, values);
    } finally {
      out.values().forEach(DeviceArray::close);
    }
  }

  @Override
  public void close() {
    constants.values().forEach(DeviceArray::close);
    kinds.forEach(k -> k.computation().close());
  }
}
