package dev.ligo.it.growth;

import com.google.gson.JsonObject;
import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import dev.ligo.api.Shape;
import dev.ligo.core.Ligo;
import dev.ligo.core.data.BatchSource;
import dev.ligo.core.data.SeededRandom;
import dev.ligo.core.model.ModelSpec;
import java.util.SortedMap;
import java.util.TreeMap;

/** A BERT small enough for explicit matrices, with weights large enough to tell mistakes. */
final class TinyBert {
  static final int VOCABULARY = 11;

  private TinyBert() {}

  static ModelSpec<?> model(Ligo ligo, int layers, int hidden, int heads, int intermediate) {
    JsonObject json = new JsonObject();
    json.addProperty("model_type", "bert");
    json.addProperty("vocab_size", VOCABULARY);
    json.addProperty("hidden_size", hidden);
    json.addProperty("num_hidden_layers", layers);
    json.addProperty("num_attention_heads", heads);
    json.addProperty("intermediate_size", intermediate);
    json.addProperty("max_position_embeddings", 6);
    json.addProperty("initializer_range", 0.4);
    json.addProperty("layer_norm_eps", 1e-3);
    return ligo.model(json).withHead("masked-lm");
  }

  /** Returns float64 values, none of which is 0 or 1. */
  static SortedMap<String, HostArray> values(ModelSpec<?> model, long seed) {
    SortedMap<String, HostArray> values = new TreeMap<>();
    model
        .layout()
        .shapes()
        .forEach(
            (n, shape) -> values.put(n, random(shape, seed, n, n.endsWith("LayerNorm.weight"))));
    return values;
  }

  static HostArray random(Shape shape, long seed, String name, boolean aroundOne) {
    SeededRandom r = new SeededRandom(seed, name);
    HostArray a = HostArray.zeros(DType.FLOAT64, shape);
    for (int i = 0; i < a.size(); i++) {
      a.set(i, (aroundOne ? 1 : 0) + 0.4 * r.nextGaussian());
    }
    return a;
  }

  /** Returns batches of 2 × 5 tokens, the last of which is padding, with 3 scored positions. */
  static BatchSource batches() {
    return new BatchSource() {
      @Override
      public SortedMap<String, HostArray> batch(long index) {
        SeededRandom r = new SeededRandom(index, "batch");
        int[] ids = new int[10];
        for (int i = 0; i < ids.length; i++) {
          ids[i] = r.nextInt(VOCABULARY);
        }
        SortedMap<String, HostArray> m = new TreeMap<>();
        Shape tokens = Shape.of(2, 5);
        m.put("input_ids", HostArray.of(tokens, ids));
        m.put("token_type_ids", HostArray.of(tokens, 0, 0, 1, 1, 1, 0, 0, 0, 1, 1));
        m.put("attention_mask", HostArray.of(tokens, 1, 1, 1, 1, 0, 1, 1, 1, 1, 1));
        m.put("masked_positions", HostArray.of(Shape.of(3), 1, 6, 8));
        m.put("masked_labels", HostArray.of(Shape.of(3), ids[3], ids[0], ids[5]));
        m.put("masked_weights", HostArray.of(Shape.of(3), 1.0, 1.0, 1.0));
        return m;
      }

      @Override
      public long batchesPerPass() {
        return Long.MAX_VALUE;
      }
    };
  }
}
