package com.example.olmo2;

import dev.ligo.api.Backend;
import dev.ligo.api.Computation;
import dev.ligo.api.DType;
import dev.ligo.api.DeviceArray;
import dev.ligo.api.HostArray;
import dev.ligo.api.NamedTensors;
import dev.ligo.api.Program;
import dev.ligo.core.checkpoint.SafetensorsFile;
import dev.ligo.core.model.ModelSpec;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Computes losses, logits and gradients, and compares them with golden files. */
final class Computing {
  static final String TASK = "causal-lm";

  private Computing() {}

  /** Returns what a program gives for {@code parameter/…}, in a dtype, and {@code batch/…}. */
  static SortedMap<String, HostArray> run(
      Backend backend,
      Program program,
      Map<String, HostArray> values,
      Map<String, HostArray> batch,
      DType dtype) {
    Map<String, HostArray> in = new TreeMap<>();
    values.forEach((n, a) -> in.put("parameter/" + n, a.as(dtype)));
    batch.forEach((n, a) -> in.put("batch/" + n, a.dtype().isFloating() ? a.as(dtype) : a));
    Map<String, DeviceArray> inputs = backend.arrays(in);
    SortedMap<String, HostArray> out = new TreeMap<>();
    try (Computation computation = backend.compile(program)) {
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

  static Program logits(ModelSpec<?> model) {
    return (t, in) ->
        NamedTensors.of(
            "logits",
            model.forTask(TASK).logits(t, in.under("parameter/"), in.under("batch/"), false));
  }

  /** Returns the tokens of a file and their mask. */
  static SortedMap<String, HostArray> tokens(SafetensorsFile golden) {
    SortedMap<String, HostArray> batch = new TreeMap<>();
    for (String name : new String[] {"input_ids", "attention_mask"}) {
      batch.put(name, golden.read(name).as(DType.INT32));
    }
    return batch;
  }

  /** Returns the largest error relative to the largest reference magnitude. */
  static double error(HostArray found, HostArray reference) {
    double worst = 0;
    double largest = 0;
    HostArray flat = found.reshape(reference.shape());
    for (int i = 0; i < reference.size(); i++) {
      double e = Math.abs(flat.get(i) - reference.get(i));
      worst = Double.isNaN(e) ? Double.NaN : Math.max(worst, e);
      largest = Math.max(largest, Math.abs(reference.get(i)));
    }
    return worst / largest;
  }
}
