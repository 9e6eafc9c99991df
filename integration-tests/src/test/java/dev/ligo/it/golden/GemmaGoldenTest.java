package dev.ligo.it.golden;

import dev.ligo.api.HostArray;
import java.util.List;

/** Gemma against golden files of the public Python {@code transformers}. */
class GemmaGoldenTest extends DecoderGoldenTest {
  private static final Case LM = lm("lm");
  private static final Case UNTIED = lm("lm-untied-linear-old");

  GemmaGoldenTest() {
    super("gemma");
  }

  @Override
  List<Case> cases() {
    return List.of(LM, UNTIED, CLASSIFICATION);
  }

  @Override
  List<Mistake> mistakes() {
    return List.of(
        onePlus(LM, -1),
        values("embeddings as they are", LM, "embed_tokens.weight", a -> scaled(a, 0.25)),
        Mistake.inConfig(LM, "hidden_act", "silu"),
        theta(LM),
        onePlus(UNTIED, -1),
        Mistake.inConfig(UNTIED, "rope_scaling", null),
        Mistake.inConfig(UNTIED, "hidden_act", "relu"),
        onePlus(CLASSIFICATION, -1),
        Mistake.inConfig(CLASSIFICATION, "pad_token_id", 36));
  }

  private static HostArray scaled(HostArray a, double by) {
    double[] values = a.toDoubles();
    for (int i = 0; i < values.length; i++) {
      values[i] *= by;
    }
    return HostArray.of(a.shape(), values).as(a.dtype());
  }
}
