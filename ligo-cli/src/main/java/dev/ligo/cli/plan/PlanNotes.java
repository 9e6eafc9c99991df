package dev.ligo.cli.plan;

import dev.ligo.cli.console.Format;
import dev.ligo.core.comparison.ComparisonOptions;
import dev.ligo.core.plan.Evidence;
import dev.ligo.core.plan.Forecast;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What the reader of a plan should know of its figures: what they rest on, and what is carried on
 * beyond what was measured.
 *
 * @param evidence what was measured
 * @param budget what training from scratch would take
 * @param passes how often that goes through the data
 * @param findings what pilots say, if there were any
 */
record PlanNotes(
    Evidence evidence, Budget budget, double passes, Optional<PilotRuns.Findings> findings) {

  /** Returns the notes. */
  List<String> of(List<Way> ways) {
    List<String> notes = new ArrayList<>();
    ways.stream().findFirst().ifPresent(way -> notes.add(basis(way.proposal().basis())));
    findings.ifPresentOrElse(
        f ->
            notes.add(
                "pilots: the large model was trained for "
                    + Format.count(f.large().steps(), "step")
                    + " of "
                    + Format.count(budget.steps())
                    + "; its curve, carried on "
                    + times((double) budget.steps() / f.large().steps())
                    + " as far, says "
                    + Format.metric(f.pilot().last())
                    + " at a constant rate; the last third of its points moved that by "
                    + Format.metric(f.pilot().shift())),
        () ->
            notes.add(
                "no small model was trained on these data: how fast one learns is taken from those"
                    + " that were measured; --pilot 5% measures it"));
    if (passes > ComparisonOptions.PASSES) {
      notes.add(
          String.format(
              Locale.ROOT,
              "the budget goes through the data %.0f times; nothing was measured beyond %d",
              passes,
              ComparisonOptions.PASSES));
    }
    notes.add(
        "small models were measured at two to four times the large one's learning rate, each at"
            + " the best of several; ligo compare tries rates for each alike");
    return notes;
  }

  private String basis(Forecast.Basis basis) {
    String family = budget.large().architecture().name();
    return switch (basis) {
      case FAMILY ->
          "what growing was worth is that of "
              + family
              + " at "
              + size(family)
              + ", between seeds; see "
              + field(family).results();
      case OTHER_SIZE ->
          "what growing was worth was measured for "
              + family
              + " at "
              + size(family)
              + ", not at "
              + Format.count(Budget.parameters(budget.large()))
              + ": it is carried over, with the deviation between families";
      case OTHER_FAMILIES ->
          family
              + " was never measured: what growing was worth is that of "
              + evidence.fields().stream()
                  .map(f -> f.family() + " at " + size(f.family()))
                  .collect(Collectors.joining(", "))
              + ", with the deviation between them";
    };
  }

  private Evidence.Field field(String family) {
    return evidence.of(family).orElseThrow();
  }

  private String size(String family) {
    return Format.count(field(family).parameters(), "parameter");
  }

  private static String times(double factor) {
    return String.format(Locale.ROOT, "%.0f times", factor);
  }
}
