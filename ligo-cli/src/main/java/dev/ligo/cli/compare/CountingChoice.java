package dev.ligo.cli.compare;

import dev.ligo.core.comparison.Counting;
import picocli.CommandLine.Option;

/** The options that say how a comparison counts compute. */
final class CountingChoice {
  @Option(
      names = "--flops-per-forward",
      paramLabel = "N",
      defaultValue = "3",
      description = {
        "How many times the forward operations training is counted: 3, as it costs, or 2, as some"
            + " papers do. It scales all alike. Default: ${DEFAULT-VALUE}"
      })
  int timesForward;

  @Option(
      names = "--source-cost",
      paramLabel = "X",
      defaultValue = "1",
      description = {
        "The share of the sources' training that the net saving charges: 0 where they are there"
            + " already. Default: ${DEFAULT-VALUE}, all of it"
      })
  double sourceShare;

  Counting counting() {
    return new Counting(timesForward, sourceShare);
  }
}
