package dev.ligo.testkit;

import dev.ligo.api.Backend;
import dev.ligo.api.Computation;
import dev.ligo.api.DeviceArray;
import dev.ligo.api.HostArray;
import dev.ligo.api.NamedTensors;
import dev.ligo.api.Program;
import dev.ligo.api.Tensor;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** Runs programs from host arrays to host arrays, leaving nothing on the device. */
final class Runs {
  private Runs() {}

  /** Compiles a program and runs it once. */
  static Map<String, HostArray> run(
      Backend backend, Program program, Map<String, HostArray> inputs, long seed) {
    try (Computation c = backend.compile(program)) {
      return run(backend, c, inputs, seed);
    }
  }

  /** Compiles a program and runs it once, with seed 0. */
  static Map<String, HostArray> run(
      Backend backend, Program program, Map<String, HostArray> inputs) {
    return run(backend, program, inputs, 0);
  }

  /** Runs a computation. */
  static Map<String, HostArray> run(
      Backend backend, Computation computation, Map<String, HostArray> inputs, long seed) {
    Map<String, DeviceArray> in = backend.arrays(inputs);
    try {
      return toHost(computation.run(in, Map.of(), seed));
    } finally {
      in.values().forEach(DeviceArray::close);
    }
  }

  /** Runs a function of one array, called "x", that gives one. */
  static HostArray apply(Backend backend, UnaryOperator<Tensor> function, HostArray x) {
    Program program = (t, in) -> NamedTensors.of("y", function.apply(in.get("x")));
    return only(run(backend, program, Map.of("x", x)), "y");
  }

  /** Copies arrays to the host and closes them. */
  static Map<String, HostArray> toHost(Map<String, DeviceArray> arrays) {
    Map<String, HostArray> host = new TreeMap<>();
    try {
      arrays.forEach((name, array) -> host.put(name, array.toHost()));
    } finally {
      arrays.values().forEach(DeviceArray::close);
    }
    return host;
  }

  /** Returns the array of a name, which is there. */
  static HostArray only(Map<String, HostArray> arrays, String name) {
    HostArray array = arrays.get(name);
    if (array == null) {
      throw new AssertionError("no output '" + name + "' among " + arrays.keySet());
    }
    return array;
  }
}
