package dev.ligo.it.bench;

import dev.ligo.api.HostArray;
import dev.ligo.api.Shape;
import dev.ligo.core.data.BatchSource;
import dev.ligo.core.data.SeededRandom;
import java.util.Arrays;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Batches of random tokens for a causal language model. Each token but the last of a sequence
 * predicts the next, as in Hugging Face's models, which know no token after the last.
 *
 * @param vocabulary the number of tokens
 * @param rows the number of sequences in a batch
 * @param sequence their length
 */
record NextTokens(int vocabulary, int rows, int sequence) implements BatchSource {
  @Override
  public SortedMap<String, HostArray> batch(long index) {
    SeededRandom random = new SeededRandom(index, "bench");
    int[] ids = new int[rows * sequence];
    Arrays.setAll(ids, i -> random.nextInt(vocabulary));
    int[] next = new int[ids.length];
    float[] weights = new float[ids.length];
    for (int i = 0; i < ids.length; i++) {
      boolean last = i % sequence == sequence - 1;
      next[i] = last ? 0 : ids[i + 1];
      weights[i] = last ? 0 : 1;
    }
    Shape shape = Shape.of(rows, sequence);
    return new TreeMap<>(
        Map.of(
            "input_ids", HostArray.of(shape, ids),
            "next_ids", HostArray.of(shape, next),
            "next_weights", HostArray.of(shape, weights)));
  }

  @Override
  public long batchesPerPass() {
    return Long.MAX_VALUE;
  }
}
