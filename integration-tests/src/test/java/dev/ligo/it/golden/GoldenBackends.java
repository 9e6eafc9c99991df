package dev.ligo.it.golden;

import dev.ligo.api.Backend;
import dev.ligo.api.Computation;
import dev.ligo.api.DType;
import dev.ligo.api.DeviceArray;
import dev.ligo.api.HostArray;
import dev.ligo.api.Program;
import dev.ligo.it.TestBackends;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** The backends that golden files are compared on, opened when first used. */
final class GoldenBackends implements AutoCloseable {
  static final List<String> NAMES = TestBackends.names();

  private final Map<String, Backend> open = new TreeMap<>();

  Backend get(String name) {
    return open.computeIfAbsent(name, TestBackends::open);
  }

  /**
   * Returns what a program gives for inputs {@code parameter/…}, in a dtype, and {@code batch/…}.
   */
  SortedMap<String, HostArray> run(
      String backend,
      Program program,
      Map<String, HostArray> values,
      Map<String, HostArray> batch,
      DType dtype) {
    Map<String, HostArray> in = new TreeMap<>();
    values.forEach((n, a) -> in.put("parameter/" + n, a.as(dtype)));
    batch.forEach((n, a) -> in.put("batch/" + n, a));
    Map<String, DeviceArray> inputs = get(backend).arrays(in);
    SortedMap<String, HostArray> out = new TreeMap<>();
    try (Computation computation = get(backend).compile(program)) {
      computation
          .run(inputs)
          .forEach(
              (n, a) -> {
                out.put(n, a.toHost());
                a.close();
              });
    } finally {
      inputs.values().forEach(DeviceArray::close);
    }
    return out;
  }

  @Override
  public void close() {
    open.values().forEach(Backend::close);
  }
}
