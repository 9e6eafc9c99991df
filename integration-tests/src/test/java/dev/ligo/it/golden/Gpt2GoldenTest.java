package dev.ligo.it.golden;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import dev.ligo.core.Checkpoint;
import java.util.List;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;

/** GPT-2 against golden files of the public Python {@code transformers}. */
class Gpt2GoldenTest extends GoldenTest {
  private static final Case TIED = Case.of("lm", "causal-lm");
  private static final Case OLD = Case.of("lm-inner-null-old", "causal-lm");
  private static final Case UNTIED = Case.of("lm-gelu-untied", "causal-lm");

  /** An untied head beside a config that says tied. */
  private static final Case FLAG_LOST = Case.of("lm-gelu-fast-flag-lost", "causal-lm");

  private static final Case BASE = Case.headless("base");

  private static final Case CLASSIFICATION = Case.of("classification", "classification");

  Gpt2GoldenTest() {
    super("gpt2");
  }

  @Override
  List<Case> cases() {
    return List.of(TIED, OLD, UNTIED, FLAG_LOST, BASE, CLASSIFICATION);
  }

  @Override
  List<Mistake> mistakes() {
    return List.of(
        Mistake.inConfig(TIED, "activation_function", "gelu"),
        Mistake.inConfig(UNTIED, "activation_function", "gelu_new"),
        Mistake.inConfig(FLAG_LOST, "tie_word_embeddings", true),
        Mistake.inConfig(TIED, "n_head", 2),
        Mistake.inConfig(UNTIED, "layer_norm_epsilon", 1e-5),
        // Another padding than the batch's: the score is that of the last place.
        Mistake.inConfig(CLASSIFICATION, "pad_token_id", 60),
        Mistake.inConfig(CLASSIFICATION, "n_head", 2),
        Mistake.inValue(
            "a label's score under another",
            CLASSIFICATION,
            "score.weight",
            GoldenTest::rowsShifted),
        Mistake.inValue(
            "shifted positions", BASE, "transformer.wpe.weight", GoldenTest::rowsShifted),
        Mistake.inValue(
            "a weight as (out, in)",
            TIED,
            "transformer.h.1.attn.c_proj.weight",
            Gpt2GoldenTest::transposed),
        Mistake.inValue(
            "keys before queries",
            OLD,
            "transformer.h.0.attn.c_attn.weight",
            Gpt2GoldenTest::keysFirst));
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

  private static HostArray transposed(HostArray a) {
    int n = a.shape().dim(0);
    HostArray t = HostArray.zeros(a.dtype(), a.shape());
    for (int i = 0; i < a.size(); i++) {
      t.set(i % n * n + i / n, a.get(i));
    }
    return t;
  }

  /** Exchanges the first two thirds along the second axis. */
  private static HostArray keysFirst(HostArray a) {
    int width = a.shape().dim(1);
    int third = width / 3;
    HostArray out = HostArray.zeros(a.dtype(), a.shape());
    for (int i = 0; i < a.size(); i++) {
      int column = i % width;
      int from = column < third ? column + third : column < 2 * third ? column - third : column;
      out.set(i, a.get(i - column + from));
    }
    return out;
  }

  @Test
  void buffersOfOldFilesAreNoParameters() {
    try (Golden golden = golden(OLD);
        Checkpoint checkpoint = ligo.open(golden.directory())) {
      assertThat(checkpoint.directory().tensors())
          .containsKeys("h.0.attn.bias", "h.2.attn.masked_bias");
      assertThat(checkpoint.shapes().keySet()).noneMatch(n -> n.endsWith(".attn.bias"));
      assertThat(checkpoint.dialect().name()).isEqualTo("without prefix");
    }
  }
}
