package dev.ligo.cli.compare;

import dev.ligo.cli.options.Values;
import dev.ligo.core.comparison.ComparisonOptions;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options that say how fast and how long the candidates are trained. */
public final class RateChoice {
  @Option(
      names = "--try-rates",
      paramLabel = "X",
      split = ",",
      converter = Values.Positive.class,
      description = {
        "Learning rates to try each method with, beside --learning-rate, on the first seed; the"
            + " other seeds are trained at its best one."
      })
  List<Double> rates = List.of();

  @Option(
      names = "--grown-warmup",
      paramLabel = "N",
      converter = Values.StepsOrNone.class,
      description = {
        "The steps over which the learning rate of grown models rises: they need it less than one"
            + " from scratch.",
        "Default: as --warmup"
      })
  Optional<Long> grownWarmup = Optional.empty();

  @Option(
      names = "--max-epochs",
      paramLabel = "N",
      defaultValue = "" + ComparisonOptions.PASSES,
      converter = Values.Steps.class,
      description = {
        "How often a run may go through the training data; shorter data are refused.",
        "Default: ${DEFAULT-VALUE}"
      })
  long maxEpochs;

  @Option(
      names = "--to-the-end",
      description = "Let runs go on when they have reached scratch's final loss")
  boolean toTheEnd;

  /** Tells the options of a comparison. */
  void apply(ComparisonOptions.Builder options) {
    options.otherRates(rates).maxEpochs(maxEpochs).toTheEnd(toTheEnd);
    grownWarmup.ifPresent(options::grownWarmup);
  }
}
