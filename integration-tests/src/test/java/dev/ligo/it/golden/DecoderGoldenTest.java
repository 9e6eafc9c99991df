package dev.ligo.it.golden;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import java.util.SortedMap;
import java.util.function.Consumer;
import java.util.function.IntUnaryOperator;
import java.util.function.UnaryOperator;

/** Compares a decoder with rotary positions with golden files; a family names its cases. */
abstract class DecoderGoldenTest extends GoldenTest {
  static final Case CLASSIFICATION = Case.of("classification", "classification");

  DecoderGoldenTest(String family) {
    super(family);
  }

  static Case lm(String name) {
    return Case.of(name, "causal-lm");
  }

  @Override
  SortedMap<String, HostArray> batch(Golden golden, Case of, DType dtype) {
    SortedMap<String, HostArray> batch = ids(golden, "input_ids", "attention_mask");
    if (of.equals(CLASSIFICATION)) {
      batch.putAll(labels(golden, dtype));
    } else if (of.task().isPresent()) {
      batch.putAll(CausalBatch.of(golden, dtype));
    }
    return batch;
  }

  /** Changes the config as a whole. */
  static Mistake config(String what, Case of, Consumer<JsonObject> change) {
    return new Mistake(
        what,
        of,
        json -> {
          change.accept(json);
          return json;
        },
        v -> v,
        b -> b);
  }

  /** Changes every parameter whose name ends in some way. */
  static Mistake values(String what, Case of, String ending, UnaryOperator<HostArray> change) {
    return new Mistake(
        what,
        of,
        c -> c,
        values -> {
          values.replaceAll((n, a) -> n.endsWith(ending) ? change.apply(a) : a);
          return values;
        },
        b -> b);
  }

  /** Another base of the frequencies, of one type of layers where each has its own. */
  static Mistake theta(Case of, String... type) {
    return config(
        "another base of frequencies",
        of,
        json -> {
          JsonElement rope = json.get("rope_parameters");
          for (String t : type) {
            rope = rope.getAsJsonObject().get(t);
          }
          rope.getAsJsonObject().addProperty("rope_theta", 300.0);
        });
  }

  /** The order of Meta's own files: unit 2i of a head turns with 2i + 1. */
  static Mistake pairsSideBySide(Case of, int width) {
    return values(
        "units of a pair side by side",
        of,
        "q_proj.weight",
        a -> rows(a, i -> i - i % width + i % width / 2 + i % 2 * (width / 2)));
  }

  /** The heads of keys in another order. */
  static Mistake keysOfTheOtherGroup(Case of, int width) {
    return values(
        "keys of the other group",
        of,
        "k_proj.weight",
        a -> rows(a, i -> (i + width) % a.shape().dim(0)));
  }

  /** Weights of norms as if they multiplied by one more. */
  static Mistake onePlus(Case of, double plus) {
    return values(
        "norms multiply by " + plus + " more",
        of,
        "norm.weight",
        a -> {
          double[] values = a.toDoubles();
          for (int i = 0; i < values.length; i++) {
            values[i] += plus;
          }
          return HostArray.of(a.shape(), values).as(a.dtype());
        });
  }

  /** Returns a matrix whose row i is another's row. */
  private static HostArray rows(HostArray a, IntUnaryOperator from) {
    HostArray out = HostArray.zeros(a.dtype(), a.shape());
    int width = a.shape().dim(1);
    for (int i = 0; i < a.size(); i++) {
      out.set(i, a.get(from.applyAsInt(i / width) * width + i % width));
    }
    return out;
  }
}
