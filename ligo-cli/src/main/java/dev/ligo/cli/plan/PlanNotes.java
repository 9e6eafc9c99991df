package dev.ligo.cli.plan;

import dev.ligo.cli.console.Format;
import dev.ligo.core.comparison.ComparisonOptions;
import dev.ligo.core.plan.Evidence;
import dev.ligo.core.plan.Forecast;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What the reader of a plan should know of its figures: what they rest on, and what is carried on
 * beyond what was measured.
 *
 * @param evidence what was measured
 * @param forecast what follows from it
 * @param budget what training from scratch would take
 * @param passes how often that goes through the data
 * @param pilots the pilots, if they were asked for
 * @param findings what they say
 */
record PlanNotes(
    Evidence evidence,
    Forecast forecast,
    Budget budget,
    double passes,
    Optional<PilotRuns> pilots,
    Optional<PilotRuns.Findings> findings) {
  /** What a pilot may take of the budget for it to be worth a word. */
  private static final double CHEAP = 0.1;

  /** A pilot of less says little. */
  private static final double USUAL = 0.02;

  /** A distance that no digit of a deviation shows. */
  private static final double NOWHERE = 0.02;

  /** Returns the notes. */
  List<String> of(List<Way> ways, List<SmallModel> small) {
    List<String> notes = new ArrayList<>();
    ways.stream().findFirst().ifPresent(way -> notes.add(basis(way.proposal().basis())));
    if (forecast.away() > NOWHERE) {
      notes.add(distance());
    }
    notes.add(learning(small));
    Plan.chosen(budget, ways)
        .filter(way -> way.reached(budget) < budget.steps())
        .ifPresent(way -> notes.add(ending(way)));
    if (passes > ComparisonOptions.PASSES) {
      notes.add(
          "The budget goes through the data "
              + Format.rough(passes)
              + " times. Nothing was measured beyond "
              + ComparisonOptions.PASSES
              + ".");
    }
    notes.add(
        "Small models were measured at two to four times the large one's learning rate, each at"
            + " the best of several. The commands have one rate for both.");
    return notes;
  }

  private String ending(Way way) {
    return "The last command ends before its schedule does, as the measured runs did."
        + " To train on to the end of the schedule, give it --steps "
        + budget.steps()
        + ". The loss should then be lower than scratch's, for "
        + Format.percent(1 + way.share())
        + " of the compute from scratch.";
  }

  private String learning(List<SmallModel> small) {
    if (findings.isPresent()) {
      PilotRuns.Findings f = findings.get();
      return "The pilots took "
          + Format.percent(pilots.orElseThrow().share())
          + " of the compute from scratch, which is not counted above. The large model was trained"
          + " for "
          + Format.count(f.large().steps(), "step")
          + " of "
          + Format.count(budget.steps())
          + ". Its curve, carried on "
          + Format.rough((double) budget.steps() / f.large().steps())
          + " times as far, says "
          + Format.metric(f.pilot().last())
          + " at a constant rate. The last third of its points moved that by "
          + Format.metric(f.pilot().shift())
          + ".";
    }
    double share = Math.max(USUAL, PilotRuns.leastShare(budget, small));
    return "No small model was trained on these data: how fast one learns is taken from those that"
        + " were measured."
        + (share > CHEAP
            ? ""
            : " "
                + PilotRuns.option(share)
                + " measures it, for "
                + Format.percent(share)
                + " of the compute from scratch.");
  }

  private String basis(Forecast.Basis basis) {
    String family = budget.large().architecture().name();
    return switch (basis) {
      case FAMILY, OTHER_SCALE ->
          "What growing is worth was measured for a "
              + family
              + " of "
              + Format.count(field(family).parameters(), "parameter")
              + " and "
              + Format.quantity(Math.round(field(family).flops()), "FLOP")
              + " ("
              + field(family).results()
              + "). Its deviation is that between seeds.";
      case OTHER_FAMILIES ->
          "No "
              + family
              + " was measured. What growing is worth is the mean of "
              + evidence.fields().stream()
                  .map(Evidence.Field::family)
                  .collect(Collectors.joining(", "))
              + ". Its deviation is that between them.";
    };
  }

  /** Returns how large this training is beside the nearest one that was measured. */
  private String distance() {
    Evidence.Field f = forecast.nearest();
    double size = (double) forecast.parameters() / f.parameters();
    return "The model has "
        + times(size)
        + "as many parameters as the "
        + f.family()
        + " that was measured, and "
        + times(forecast.flops() / f.flops() / size)
        + "as many operations for each. The deviation is larger for that: by "
        + times(forecast.away())
        + "that between families.";
  }

  /** Returns words for a multiple of what follows; none for what is about the same. */
  private static String times(double multiple) {
    String rough = Format.rough(multiple);
    return rough.equals("1") ? "" : rough + " times ";
  }

  private Evidence.Field field(String family) {
    return evidence.of(family).orElseThrow();
  }
}
