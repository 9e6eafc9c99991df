package dev.ligo.it.backends;

import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import dev.ligo.core.Checkpoint;
import dev.ligo.core.Ligo;
import dev.ligo.core.data.BatchSource;
import dev.ligo.core.growth.GrowthPlan;
import dev.ligo.core.model.ModelSpec;
import dev.ligo.core.model.Sizes;
import dev.ligo.it.RandomBatches;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A model family by a tiny checkpoint of it, up to 3 layers × 24 without dropout, and random
 * batches of its task.
 *
 * @param name the family
 * @param directory the checkpoint, of the golden files
 * @param below see {@link RandomBatches}
 */
record GoldenFamily(String name, String directory, Map<String, Integer> below) {
  private static final int ROWS = 3;
  private static final int SEQUENCE = 8;
  private static final int VOCABULARY = 61;
  private static final int DECODER_VOCABULARY = 37;
  private static final int CLASSES = 5;

  static final Sizes DEEPER = Sizes.SAME.withLayers(6);
  static final Sizes WIDER = Sizes.SAME.withHidden(48);
  static final Sizes LARGER = DEEPER.withHidden(48);

  private static final Map<String, Integer> MASKED_LM =
      Map.of(
          "input_ids",
          VOCABULARY,
          "token_type_ids",
          2,
          "attention_mask",
          2,
          "masked_labels",
          VOCABULARY,
          "masked_positions",
          ROWS * SEQUENCE);
  private static final Map<String, Integer> CAUSAL_LM =
      Map.of("input_ids", VOCABULARY, "next_ids", VOCABULARY);
  private static final Map<String, Integer> DECODER_LM =
      Map.of("input_ids", DECODER_VOCABULARY, "next_ids", DECODER_VOCABULARY);
  private static final Map<String, Integer> CLASSIFICATION = Map.of("labels", CLASSES);

  /** Every family that there is, which {@link BackendsAgreeTest} checks. */
  static final List<GoldenFamily> ALL =
      List.of(
          new GoldenFamily("bert", "bert/mlm-gelu", MASKED_LM),
          new GoldenFamily("roberta", "roberta/mlm", MASKED_LM),
          new GoldenFamily("xlm-roberta", "xlm-roberta/mlm", MASKED_LM),
          new GoldenFamily("camembert", "camembert/mlm", MASKED_LM),
          new GoldenFamily("gpt2", "gpt2/lm", CAUSAL_LM),
          new GoldenFamily("llama", "llama/lm", DECODER_LM),
          new GoldenFamily("mistral", "mistral/lm-window", DECODER_LM),
          new GoldenFamily("qwen2", "qwen2/lm-window", DECODER_LM),
          new GoldenFamily("qwen3", "qwen3/lm-window", DECODER_LM),
          new GoldenFamily("gemma", "gemma/lm", DECODER_LM),
          new GoldenFamily("gemma2", "gemma2/lm", DECODER_LM),
          new GoldenFamily("gemma3_text", "gemma3_text/lm", DECODER_LM),
          new GoldenFamily("vit", "vit/vit", CLASSIFICATION),
          new GoldenFamily("deit", "vit/deit", CLASSIFICATION),
          new GoldenFamily("cait", "vit/cait", CLASSIFICATION));

  /** A model with its values and the task whose head it has. */
  record Subject(ModelSpec<?> model, SortedMap<String, HostArray> values, String task) {
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

  /** Returns random batches, whose masks hide some places. */
  BatchSource batches(Subject subject, DType dtype) {
    return new RandomBatches(
        subject.model().forTask(subject.task()).batchSpecs(ROWS, SEQUENCE), below, dtype);
  }

  @Override
  public String toString() {
    return name;
  }
}
