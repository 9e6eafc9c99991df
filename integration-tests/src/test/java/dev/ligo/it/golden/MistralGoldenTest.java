package dev.ligo.it.golden;

import java.util.List;

/** Mistral against golden files of the public Python {@code transformers}. */
class MistralGoldenTest extends DecoderGoldenTest {
  private static final Case WINDOW = lm("lm-window");
  private static final Case OLD = lm("lm");

  MistralGoldenTest() {
    super("mistral");
  }

  @Override
  List<Case> cases() {
    return List.of(WINDOW, OLD);
  }

  @Override
  List<Mistake> mistakes() {
    return List.of(
        Mistake.inConfig(WINDOW, "sliding_window", 5),
        Mistake.inConfig(WINDOW, "sliding_window", 3),
        theta(WINDOW),
        keysOfTheOtherGroup(WINDOW, 6),
        Mistake.inConfig(OLD, "sliding_window", 4),
        Mistake.inConfig(OLD, "rope_theta", 300),
        pairsSideBySide(OLD, 6));
  }
}
