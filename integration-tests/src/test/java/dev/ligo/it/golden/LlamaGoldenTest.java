package dev.ligo.it.golden;

import java.util.List;

/** LLaMA against golden files of the public Python {@code transformers}. */
class LlamaGoldenTest extends DecoderGoldenTest {
  private static final Case LM = lm("lm");
  private static final Case LLAMA3 = lm("lm-llama3-old");
  private static final Case LINEAR = lm("lm-linear-sharded");
  private static final Case BASE = Case.headless("base");
  private static final Case HALF = lm("lm-half");

  LlamaGoldenTest() {
    super("llama");
  }

  @Override
  List<Case> cases() {
    return List.of(LM, LLAMA3, LINEAR, CLASSIFICATION, BASE, HALF);
  }

  @Override
  List<Mistake> mistakes() {
    return List.of(
        Mistake.inConfig(LM, "hidden_act", "gelu"),
        Mistake.inConfig(LM, "rms_norm_eps", 1e-2),
        theta(LM),
        pairsSideBySide(LM, 6),
        keysOfTheOtherGroup(LM, 6),
        onePlus(LM, 1),
        Mistake.without(LM, "attention_mask"),
        Mistake.inConfig(LLAMA3, "rope_theta", 300),
        config(
            "all frequencies divided",
            LLAMA3,
            json -> json.getAsJsonObject("rope_scaling").addProperty("rope_type", "linear")),
        config(
            "another range of frequencies",
            LLAMA3,
            json -> json.getAsJsonObject("rope_scaling").addProperty("high_freq_factor", 4.0)),
        config(
            "no frequency divided",
            LINEAR,
            json -> json.getAsJsonObject("rope_parameters").addProperty("rope_type", "default")),
        Mistake.inConfig(CLASSIFICATION, "pad_token_id", 36),
        theta(CLASSIFICATION),
        theta(BASE),
        theta(HALF));
  }
}
