package dev.ligo.it.backends;

import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import dev.ligo.api.TensorSpec;
import dev.ligo.core.Checkpoint;
import dev.ligo.core.Ligo;
import dev.ligo.core.data.BatchSource;
import dev.ligo.core.growth.GrowthPlan;
import dev.ligo.core.model.Model;
import dev.ligo.core.model.SeededRandom;
import dev.ligo.core.model.Sizes;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A model family by a tiny checkpoint of it, 3 layers × 24 without dropout, and random batches of
 * its task.
 *
 * @param name the family
 * @param directory the checkpoint, of the golden files
 * @param below for each integer input that counts further than 0 and 1, the number it stays below
 */
record TinyFamily(String name, String directory, Map<String, Integer> below) {
  private static final int ROWS = 3;
  private static final int SEQUENCE = 8;
  private static final int VOCABULARY = 61;
  private static final int CLASSES = 5;

  static final Sizes DEEPER = Sizes.SAME.withLayers(6);
  static final Sizes WIDER = Sizes.SAME.withHidden(48);
  static final Sizes LARGER = DEEPER.withHidden(48);

  private static final Map<String, Integer> MASKED_LM =
      Map.of(
          "input_ids", VOCABULARY,
          "masked_labels", VOCABULARY,
          "masked_positions", ROWS * SEQUENCE);
  private static final Map<String, Integer> CAUSAL_LM =
      Map.of("input_ids", VOCABULARY, "next_ids", VOCABULARY);
  private static final Map<String, Integer> CLASSIFICATION = Map.of("labels", CLASSES);

  /** Every family that there is, which {@link BackendsAgreeTest} checks. */
  static final List<TinyFamily> ALL =
      List.of(
          new TinyFamily("bert", "bert/mlm-gelu", MASKED_LM),
          new TinyFamily("roberta", "roberta/mlm", MASKED_LM),
          new TinyFamily("gpt2", "gpt2/lm", CAUSAL_LM),
          new TinyFamily("vit", "vit/vit", CLASSIFICATION),
          new TinyFamily("deit", "vit/deit", CLASSIFICATION),
          new TinyFamily("cait", "vit/cait", CLASSIFICATION));

  /** A model with its values and the task whose head it has. */
  record Subject(Model<?> model, SortedMap<String, HostArray> values, String task) {
    SortedMap<String, HostArray> values(DType dtype) {
      SortedMap<String, HostArray> m = new TreeMap<>();
      values.forEach((n, a) -> m.put(n, a.as(dtype)));
      return m;
    }

    HostArray value(String name) {
      return values.get(name);
    }

    GrowthPlan larger() {
      return GrowthPlan.of(model, LARGER);
    }
  }

  Subject open(Ligo ligo) {
    try (Checkpoint c = ligo.open(Path.of("src/test/resources/golden", directory))) {
      return new Subject(c.model(), new TreeMap<>(c.values()), c.model().pretraining());
    }
  }

  /** Returns batches drawn from their number: the same on every backend. */
  BatchSource batches(Subject subject, DType dtype) {
    Map<String, TensorSpec> specs = subject.model().batch(subject.task(), ROWS, SEQUENCE);
    return new BatchSource() {
      @Override
      public SortedMap<String, HostArray> batch(long index) {
        SortedMap<String, HostArray> batch = new TreeMap<>();
        specs.forEach((n, spec) -> batch.put(n, draw(n, spec, index, dtype)));
        return batch;
      }

      @Override
      public long batchesPerPass() {
        return Long.MAX_VALUE;
      }
    };
  }

  private HostArray draw(String input, TensorSpec spec, long index, DType dtype) {
    SeededRandom random = new SeededRandom(index, input);
    boolean floating = spec.dtype().isFloating();
    HostArray array = HostArray.zeros(floating ? dtype : spec.dtype(), spec.shape());
    for (int i = 0; i < array.size(); i++) {
      // In float32, so that either dtype has the same data; of a mask every first place is alive.
      double real = (float) (0.5 + random.nextDouble());
      int integer = random.nextInt(below.getOrDefault(input, 2));
      boolean first = i % spec.shape().dim(-1) == 0 && input.endsWith("mask");
      array.set(i, floating ? real : first ? 1 : integer);
    }
    return array;
  }

  @Override
  public String toString() {
    return name;
  }
}
