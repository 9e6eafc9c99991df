package dev.ligo.it.bench;

import com.google.gson.JsonObject;
import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import dev.ligo.api.Shape;
import dev.ligo.api.TensorSpec;
import dev.ligo.core.Ligo;
import dev.ligo.core.data.BatchSource;
import dev.ligo.core.data.SeededRandom;
import dev.ligo.core.model.ModelSpec;
import dev.ligo.it.bench.byhand.Tokens;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Batches of random tokens for the masked language model, all alive and without dropout.
 *
 * @param vocabulary the number of tokens
 * @param rows the number of sequences in a batch
 * @param sequence their length
 * @param scored the number of scored positions in each
 */
record Workload(int vocabulary, int rows, int sequence, int scored) implements BatchSource {
  /** The width of a head, in every model here. */
  static final int HEAD = 64;

  static final String TASK = "masked-lm";

  /** Returns a BERT with the masked-language-model head: a feed-forward width of 4 × hidden. */
  ModelSpec<?> model(int layers, int hidden) {
    JsonObject json = new JsonObject();
    json.addProperty("model_type", "bert");
    json.addProperty("vocab_size", vocabulary);
    json.addProperty("hidden_size", hidden);
    json.addProperty("num_hidden_layers", layers);
    json.addProperty("num_attention_heads", hidden / HEAD);
    json.addProperty("intermediate_size", 4 * hidden);
    json.addProperty("max_position_embeddings", sequence);
    json.addProperty("hidden_dropout_prob", 0);
    json.addProperty("attention_probs_dropout_prob", 0);
    return Ligo.create().model(json).withHead(TASK);
  }

  /** Returns the batch of an index as plain arrays. */
  Tokens tokens(long index) {
    SeededRandom random = new SeededRandom(index, "bench");
    int[] ids = IntStream.range(0, rows * sequence).map(i -> random.nextInt(vocabulary)).toArray();
    int[] mask = new int[ids.length];
    java.util.Arrays.fill(mask, 1);
    int[] positions =
        IntStream.range(0, rows * scored)
            .map(i -> i / scored * sequence + i % scored * sequence / scored)
            .toArray();
    int[] labels =
        IntStream.range(0, positions.length).map(i -> random.nextInt(vocabulary)).toArray();
    float[] weights = new float[positions.length];
    java.util.Arrays.fill(weights, 1);
    return new Tokens(rows, ids, new int[ids.length], mask, positions, labels, weights);
  }

  @Override
  public SortedMap<String, HostArray> batch(long index) {
    Tokens x = tokens(index);
    Shape tokens = Shape.of(rows, sequence);
    Shape masked = Shape.of(rows * scored);
    return new TreeMap<>(
        Map.of(
            "input_ids", HostArray.of(tokens, x.ids()),
            "token_type_ids", HostArray.of(tokens, x.types()),
            "attention_mask", HostArray.of(tokens, x.mask()),
            "masked_positions", HostArray.of(masked, x.positions()),
            "masked_labels", HostArray.of(masked, x.labels()),
            "masked_weights", HostArray.of(masked, x.weights())));
  }

  @Override
  public long batchesPerPass() {
    return Long.MAX_VALUE;
  }

  /** Returns the floating-point operations of a training step of a model, three times forward. */
  long stepFlops(ModelSpec<?> model) {
    Map<String, TensorSpec> specs = new TreeMap<>();
    batch(0).forEach((n, a) -> specs.put(n, a.spec()));
    return 3 * model.forTask(TASK).forwardFlops(specs);
  }

  /** Returns the initial values of a model. */
  static SortedMap<String, HostArray> values(ModelSpec<?> model) {
    return model.initialValues(DType.FLOAT32, 1);
  }
}
