package dev.ligo.cli.predict;

import dev.ligo.cli.options.Values;
import dev.ligo.core.data.DataException;
import dev.ligo.core.prediction.Sampling;
import picocli.CommandLine.Option;

/** The options that say how a text is continued. */
final class SamplingChoice {
  @Option(
      names = "--max-tokens",
      paramLabel = "N",
      defaultValue = "" + Sampling.MAX_TOKENS,
      converter = Values.Count.class,
      description = "The most tokens to add. Default: ${DEFAULT-VALUE}")
  int maxTokens;

  @Option(
      names = "--temperature",
      paramLabel = "X",
      defaultValue = "0",
      converter = Values.NotNegative.class,
      description = {
        "What logits are divided by before a token is drawn by them; 0 takes the likeliest.",
        "Default: ${DEFAULT-VALUE}"
      })
  double temperature;

  @Option(
      names = "--top-k",
      paramLabel = "N",
      defaultValue = "0",
      converter = Values.CountOrNone.class,
      description = "Draw from the N likeliest tokens alone. Default: from all")
  int topK;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "0",
      description = "What tokens are drawn from. Default: ${DEFAULT-VALUE}")
  long seed;

  /**
   * Returns the choice.
   *
   * @throws DataException if its values contradict each other
   */
  Sampling sampling() {
    return new Sampling(maxTokens, temperature, topK, seed);
  }
}
