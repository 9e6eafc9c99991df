package dev.ligo.core;

import java.util.Map;

/** The names that the {@code Trainer} of {@code transformers} has for what is measured. */
final class TrainerNames {
  private static final Map<String, String> OTHER =
      Map.of("gradient_norm", "grad_norm", "tokens", "num_input_tokens_seen");

  private TrainerNames() {}

  /** Returns the Trainer's name for a key of a line of metrics, or the key itself. */
  static String of(String key) {
    return OTHER.getOrDefault(key, key);
  }
}
