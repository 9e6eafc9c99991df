package dev.ligo.cli.options;

import dev.ligo.api.BackendOptions;
import dev.ligo.api.Precision;
import picocli.CommandLine.Option;

/** The options that say what computes a training. */
public final class TrainingBackendChoice extends BackendChoice {
  /** The names of the precisions. */
  public static final class Precisions extends Words<Precision> {
    Precisions() {
      super(Precision.class);
    }
  }

  @Option(
      names = "--precision",
      paramLabel = "PRECISION",
      defaultValue = "float32",
      converter = Precisions.class,
      completionCandidates = Precisions.class,
      description = {
        "What matrix products and attention are computed in: ${COMPLETION-CANDIDATES}. Weights and"
            + " all else stay in float32.",
        "Default: ${DEFAULT-VALUE}"
      })
  Precision precision = Precision.FLOAT32;

  @Override
  BackendOptions options() {
    return super.options().withPrecision(precision);
  }
}
