package dev.ligo.cli.compare;

import dev.ligo.cli.console.Format;
import dev.ligo.cli.report.Grid;
import dev.ligo.core.comparison.Candidate;
import dev.ligo.core.comparison.ComparisonResults;
import dev.ligo.core.comparison.ComparisonResults.Outcome;
import dev.ligo.core.comparison.ComparisonRun;
import dev.ligo.core.comparison.Curve;
import dev.ligo.core.comparison.SourceCurve;
import dev.ligo.core.comparison.Spread;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The findings of a comparison, in words.
 *
 * @param results what it came to
 */
record CompareFindings(ComparisonResults results) {
  /** Savings that differ by less are equal. */
  private static final double EQUAL = 1e-6;

  /** The deviation of scratch's final losses, as a share of them, from which it is worth a word. */
  private static final double UNEVEN = 0.05;

  /** The one that saved most, of those that got there with every seed. */
  Optional<Outcome> best() {
    return grown()
        .filter(this::isEverywhereThere)
        .max(Comparator.comparingDouble(o -> headline(o).mean().orElseThrow()));
  }

  /**
   * Returns what methods are measured by: the net saving, or the saving where of no source it is
   * known what its training took.
   */
  Spread headline(Outcome o) {
    return isNet() ? o.netSaving() : o.saving();
  }

  /** Returns what all came to, from the highest saving to those that did not get there. */
  List<Outcome> ranked() {
    return results.outcomes().stream()
        .sorted(
            Comparator.comparingDouble(o -> -headline(o).mean().orElse(Double.NEGATIVE_INFINITY)))
        .toList();
  }

  private boolean isNet() {
    return grown().anyMatch(o -> o.source().isComplete());
  }

  private Stream<Outcome> grown() {
    return results.outcomes().stream().filter(o -> !o.name().equals(Candidate.SCRATCH));
  }

  private boolean isEverywhereThere(Outcome o) {
    return headline(o).isComplete() && o.runs().size() == results.seeds().size();
  }

  /** Returns what came out. */
  List<String> findings() {
    List<String> lines = new ArrayList<>();
    equalCompute().ifPresent(lines::add);
    best()
        .filter(o -> o.steps().mean().orElse(0) > 0) // else growing alone was enough, see below
        .ifPresent(
            o ->
                lines.add(
                    o.name()
                        + " reached scratch's final loss with "
                        + SpreadText.percent(headline(o))
                        + " less compute"
                        + withoutSource(o)
                        + (grown().count() > 1 ? others(o) : ".")));
    grown()
        .filter(o -> !o.saving().isComplete())
        .collect(
            Collectors.groupingBy(
                CompareFindings::missed,
                LinkedHashMap::new,
                Collectors.mapping(Outcome::name, Collectors.joining(", "))))
        .forEach((seeds, names) -> lines.add(names + " did not reach it with " + seeds + "."));
    SourceCurve.of(results).forEach(c -> optimum(c).ifPresent(lines::add));
    already().ifPresent(lines::add);
    results.runs().stream()
        .filter(r -> r.diverged().isPresent())
        .forEach(
            r ->
                lines.add(
                    r.candidate()
                        + " diverged at step "
                        + Format.count(r.diverged().getAsLong())
                        + " with seed "
                        + r.seed()
                        + "."));
    grown()
        .filter(o -> o.runs().size() < results.seeds().size())
        .forEach(
            o ->
                lines.add(
                    o.name()
                        + " was run with "
                        + o.runs().size()
                        + " of "
                        + Format.count(results.seeds().size(), "seed")
                        + "."));
    return lines;
  }

  /** Says from which of its sources a way of growing saves most, and what from the others. */
  private Optional<String> optimum(SourceCurve curve) {
    List<Outcome> there =
        curve.outcomes().stream().filter(o -> o.netSaving().isComplete()).toList();
    return there.stream()
        .max(Comparator.comparingDouble(o -> o.netSaving().mean().orElseThrow()))
        .filter(o -> there.size() > 1)
        .map(
            best ->
                curve.name()
                    + " saves most net from the source of "
                    + SpreadText.percent(best.source())
                    + " of scratch's compute, "
                    + SpreadText.percent(best.netSaving())
                    + "; "
                    + there.stream()
                        .filter(o -> !o.equals(best))
                        .map(
                            o ->
                                SpreadText.percent(o.netSaving())
                                    + " from that of "
                                    + SpreadText.percent(o.source()))
                        .collect(Collectors.joining(", "))
                    + ".");
  }

  /** Says where all were when they had spent what scratch did, if they went on as far. */
  private Optional<String> equalCompute() {
    List<Outcome> all = results.outcomes();
    if (all.size() < 2 || !all.stream().allMatch(o -> o.equalLoss().isComplete())) {
      return Optional.empty();
    }
    return Optional.of(
        "At equal compute, what scratch took to its end, validation losses are "
            + all.stream()
                .sorted(Comparator.comparingDouble(o -> o.equalLoss().mean().orElseThrow()))
                .map(o -> SpreadText.mean(o.equalLoss(), Format::metric) + " for " + o.name())
                .collect(Collectors.joining(", "))
            + ".");
  }

  /** Says which methods were there before their first step, with any of the seeds. */
  private Optional<String> already() {
    List<String> names =
        grown()
            .filter(
                o ->
                    o.steps().values().stream()
                        .anyMatch(s -> s.isPresent() && s.getAsDouble() == 0))
            .map(Outcome::name)
            .toList();
    if (names.isEmpty()) {
      return Optional.empty();
    }
    boolean whole = results.settings().get("to_the_end").flag();
    return Optional.of(
        "Growing alone was enough for "
            + String.join(", ", names)
            + ": scratch's final loss is no hard one to reach here, and savings say little. "
            + (whole
                ? "Compare the losses at the end, or train for more steps."
                : "Train for more steps, or with --to-the-end, and compare the losses there."));
  }

  /** Says with how many of its seeds a method did not reach scratch's final loss. */
  private static String missed(Outcome o) {
    return o.saving().values().stream().filter(v -> v.isEmpty()).count()
        + " of "
        + Format.count(o.runs().size(), "seed");
  }

  /** Says what is saved where the source is there already, if that is not what was said. */
  private String withoutSource(Outcome o) {
    return o.source().mean().orElse(0) > 0
        ? ", " + SpreadText.percent(o.saving()) + " without the training of its source"
        : "";
  }

  /** Says how the others stand to the one that saved most. */
  private String others(Outcome best) {
    double most = headline(best).mean().orElseThrow();
    List<String> equal =
        grown()
            .filter(o -> !o.name().equals(best.name()) && isEverywhereThere(o))
            .filter(o -> Math.abs(headline(o).mean().orElseThrow() - most) < EQUAL)
            .map(Outcome::name)
            .toList();
    return equal.isEmpty() ? ", the most of all." : ", as did " + String.join(", ", equal) + ".";
  }

  /** Returns what the words in the cells of a table mean, a sentence for each that is there. */
  List<String> notes(Grid table) {
    Set<String> cells =
        table.rows().stream().flatMap(List::stream).collect(Collectors.toUnmodifiableSet());
    List<String> lines = new ArrayList<>();
    if (cells.contains(CompareTables.NEVER)) {
      lines.add(
          CompareTables.NEVER
              + ": a run did not reach scratch's final loss in as many steps as scratch had.");
    }
    if (cells.contains(CompareTables.STOPPED)) {
      lines.add(
          CompareTables.STOPPED
              + ": runs end where they have reached scratch's final loss; --to-the-end lets them go"
              + " on.");
    }
    if (cells.stream().anyMatch(c -> c.endsWith(SpreadText.COST))) {
      lines.add(
          "N"
              + SpreadText.COST
              + ": nothing is saved, it took N times what scratch did; the net cost includes the"
              + " training of the sources.");
    }
    if (cells.contains(SpreadText.NONE)) {
      lines.add(
          SpreadText.NONE
              + ": there is no such figure, since nothing was grown, nobody wrote down what a source's"
              + " training took, or runs were made on different machines.");
    }
    return lines;
  }

  /** Returns what is to be known of it. */
  List<String> limits() {
    List<String> lines = new ArrayList<>();
    lines.add(sources());
    if (results.scratch().isEmpty()) {
      return lines;
    }
    lines.add(target());
    if (!results.trials().isEmpty()) {
      lines.add(
          "Each method was tried at the same learning rates on the first seed and has its best one:"
              + " the one at which it reached scratch's final loss first; scratch that which ended"
              + " best."
              + untried()
              + " What the trials took is charged to nobody.");
    }
    lines.add(
        "Figures are means over "
            + results.seeds().size()
            + (results.seeds().size() == 1
                ? " seed, which says nothing of how far another one would be."
                : " seeds, each held against scratch with the same seed, with their standard"
                    + " deviation.")
            + String.format(
                Locale.ROOT,
                " An evaluation is %.1f %% of scratch's steps: savings come in such steps.",
                100
                    * results.settings().get("evaluate_every").number()
                    / results.settings().get("steps").number()));
    if (results.runs().stream().map(ComparisonRun::machine).distinct().count() > 1) {
      lines.add(
          "Runs were made by different engines, devices or numbers of threads; a wall saving is left"
              + " out where those of a run and of its scratch differ.");
    }
    return lines;
  }

  /** Says which loss was to be reached, and how far scratch had come. */
  private String target() {
    Spread end = spread(r -> r.last().loss());
    return "The loss to reach is that of scratch at its end, "
        + SpreadText.mean(end, Format::metric)
        + "; since step "
        + Format.count(lastTenth())
        + " it had changed by "
        + SpreadText.percent(spread(this::lastChange))
        + (end.deviation().orElse(0) > UNEVEN * end.mean().orElse(0)
            ? ". It differs much from seed to seed, and so do savings: compare methods with the"
                + " same seed."
            : ".");
  }

  /** Says how much of the training of the sources is charged. */
  private String sources() {
    double share = results.counting().sourceShare();
    if (share == 0) {
      return "The sources are taken as there already: what their training took is charged to nobody,"
          + " and the net saving is the saving.";
    }
    return "The net saving charges "
        + (share == 1
            ? "all training that the sources ever had"
            : SpreadText.share(share) + " of all training that the sources had")
        + ", also that of the wider source that a method needs which only deepens; curves begin where"
        + " it ends. It is left out where nobody wrote down what that took, and such curves begin at"
        + " 0. The saving leaves the sources out, for all methods alike: it is that of whoever has a"
        + " small model already.";
  }

  /** Says which methods were trained at one rate only, if others were tried at several. */
  private String untried() {
    List<String> tried =
        results.trials().stream().map(ComparisonRun::candidate).distinct().toList();
    String others =
        results.outcomes().stream()
            .map(Outcome::name)
            .filter(n -> !tried.contains(n))
            .collect(Collectors.joining(", "));
    return others.isEmpty() ? "" : " Of one rate only: " + others + ".";
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
