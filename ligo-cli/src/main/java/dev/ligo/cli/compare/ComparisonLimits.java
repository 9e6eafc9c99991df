package dev.ligo.cli.compare;

import dev.ligo.cli.console.Format;
import dev.ligo.core.comparison.ComparisonResults;
import dev.ligo.core.comparison.ComparisonResults.Outcome;
import dev.ligo.core.comparison.ComparisonRun;
import dev.ligo.core.comparison.Curve;
import dev.ligo.core.comparison.Spread;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;

/**
 * What the figures of a comparison mean, and what they cannot say.
 *
 * @param results what it came to
 */
record ComparisonLimits(ComparisonResults results) {
  /** The deviation of scratch's final losses, as a share of them, from which it is worth a word. */
  private static final double UNEVEN = 0.05;

  /** Returns a paragraph for each. */
  List<String> sentences() {
    List<String> lines = new ArrayList<>();
    lines.add(sources());
    if (!results.scratch().isEmpty()) {
      lines.add(target());
      if (!results.trials().isEmpty()) {
        lines.add(trials());
      }
      lines.add(seeds());
      if (results.runs().stream().map(ComparisonRun::machine).distinct().count() > 1) {
        lines.add(
            "Runs were made by different engines, devices or numbers of threads. The wall saving is"
                + " left out where those of a run and of its scratch differ.");
      }
    }
    lines.add(
        "The figures hold for these sizes, these data and this number of steps. They do not say how"
            + " methods would rank for a larger model, other data or a longer training.");
    return lines;
  }

  /** Says how much of the training of the sources is charged. */
  private String sources() {
    double share = results.counting().sourceShare();
    if (share == 0) {
      return "The sources count as there already. Nobody is charged for their training, so the net"
          + " saving is the saving.";
    }
    return "The net saving charges "
        + (share == 1 ? "all training" : SpreadText.share(share) + " of all training")
        + " that a source ever had. It charges the wider source of a method that only deepens, too."
        + " A curve begins where the training of its source ends. Where nobody wrote down what that"
        + " training took, there is no net saving, and the curve begins at 0. The saving leaves out"
        + " the sources of all methods: it is for those who have a small model already.";
  }

  /** Says which loss was to be reached, and how far scratch had come. */
  private String target() {
    Spread end = spread(r -> r.last().loss());
    Spread change = spread(this::lastChange);
    boolean rose = change.mean().orElse(0) > 0;
    Spread size = rose ? change : spread(r -> -lastChange(r));
    return "The target is the final loss of scratch, "
        + SpreadText.mean(end, Format::metric)
        + ". From step "
        + Format.count(lastTenth())
        + " to the end that loss "
        + (rose ? "rose by " : "fell by ")
        + SpreadText.percent(size)
        + "."
        + (end.deviation().orElse(0) > UNEVEN * end.mean().orElse(0)
            ? " It differs much from seed to seed, and so do savings: compare methods with the same"
                + " seed."
            : "");
  }

  /** Says how learning rates were chosen, and for which methods they were not. */
  private String trials() {
    List<String> tried =
        results.trials().stream().map(ComparisonRun::candidate).distinct().toList();
    List<String> names = results.outcomes().stream().map(Outcome::name).toList();
    List<String> others = names.stream().filter(n -> !tried.contains(n)).toList();
    return "Each method was tried at the same learning rates on the first seed, and has its best one:"
        + " the rate at which it reached the target first. Scratch has the rate with the lowest final"
        + " loss."
        + (others.isEmpty()
            ? ""
            : " Tried at one rate only: " + NameList.methods(others, names.size()) + ".")
        + " No figure charges the trials.";
  }

  /** Says what the figures are means of, and how fine they are. */
  private String seeds() {
    return (results.seeds().size() == 1
            ? "The figures come from one seed. They do not say how far those of another seed would"
                + " be."
            : "The figures are means over "
                + results.seeds().size()
                + " seeds, with standard deviations. Each run is held against scratch with the same"
                + " seed.")
        + String.format(
            Locale.ROOT,
            " There is an evaluation every %.1f %% of scratch's steps, and savings are no finer than"
                + " that.",
            100
                * results.settings().get("evaluate_every").number()
                / results.settings().get("steps").number());
  }

  private Spread spread(ToDoubleFunction<ComparisonRun> figure) {
    return new Spread(
        results.scratch().stream().map(r -> OptionalDouble.of(figure.applyAsDouble(r))).toList());
  }

  /** Returns the last step that was evaluated before the last tenth of scratch's steps. */
  private long lastTenth() {
    return results.scratch().get(0).points().stream()
        .mapToLong(Curve.Point::step)
        .filter(step -> step <= 0.9 * results.settings().get("steps").number())
        .max()
        .orElse(0);
  }

  /** Returns by which share of itself the loss has changed since then. */
  private double lastChange(ComparisonRun r) {
    double before =
        r.points().stream()
            .filter(p -> p.step() <= lastTenth())
            .reduce((x, y) -> y)
            .orElseThrow()
            .loss();
    return r.last().loss() / before - 1;
  }
}
