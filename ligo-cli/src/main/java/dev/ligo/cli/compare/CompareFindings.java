package dev.ligo.cli.compare;

import dev.ligo.cli.console.Format;
import dev.ligo.cli.report.Grid;
import dev.ligo.core.comparison.Candidate;
import dev.ligo.core.comparison.ComparisonResults;
import dev.ligo.core.comparison.ComparisonResults.Outcome;
import dev.ligo.core.comparison.ComparisonRun;
import dev.ligo.core.comparison.SourceCurve;
import dev.ligo.core.comparison.Spread;
import dev.ligo.core.model.ModelShape;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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
                        + SpreadText.lessCompute(headline(o))
                        + withoutSource(o)
                        + (grown().count() > 1 ? others(o) : ".")));
    grown()
        .filter(o -> !o.steps().isComplete())
        .collect(
            Collectors.groupingBy(
                CompareFindings::missed,
                LinkedHashMap::new,
                Collectors.mapping(Outcome::name, Collectors.toList())))
        .forEach((missed, names) -> lines.add(methods(names) + missed + "."));
    if (results.scratch().stream().anyMatch(this::isThereAtOnce)) {
      lines.add(
          "The loss of scratch ended no lower than it began: there is nothing to save. Train for"
              + " more steps, or at another rate.");
    }
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
        .collect(
            Collectors.groupingBy(
                o -> o.runs().size(),
                LinkedHashMap::new,
                Collectors.mapping(Outcome::name, Collectors.toList())))
        .forEach(
            (runs, names) ->
                lines.add(
                    methods(names)
                        + (names.size() == 1 ? " was" : " were")
                        + " run with "
                        + runs
                        + " of "
                        + Format.count(results.seeds().size(), "seed")
                        + "."));
    return lines;
  }

  private String methods(List<String> names) {
    return NameList.methods(names, grown().count());
  }

  /** Says from which of its sources a way of growing saves most, and what from the others. */
  private Optional<String> optimum(SourceCurve curve) {
    List<Outcome> there =
        curve.outcomes().stream()
            .filter(o -> o.netSaving().isComplete())
            .sorted(Comparator.comparingDouble(o -> -o.netSaving().mean().orElseThrow()))
            .toList();
    if (there.size() < 2) {
      return Optional.empty();
    }
    Outcome best = there.get(0);
    List<Outcome> others = there.subList(1, there.size());
    return Optional.of(
        curve.name()
            + " by source: the highest net saving is that of "
            + best.name()
            + ", "
            + SpreadText.percent(best.netSaving())
            + ", from "
            + shape(best).map(s -> s + ", whose").orElse("a source whose")
            + " training took "
            + SpreadText.percent(best.source())
            + " of scratch's compute. "
            + (NameList.isShort(others)
                ? "The others: " + NameList.and(others.stream().map(this::bySource).toList())
                : others.size()
                    + " others save from "
                    + SpreadText.percent(others.get(others.size() - 1).netSaving())
                    + " to "
                    + SpreadText.percent(others.get(0).netSaving()))
            + ".");
  }

  /** Returns how deep and wide the source is, where not all methods grow from the same sizes. */
  Optional<String> shape(Outcome o) {
    boolean several =
        grown().flatMap(other -> results.sourceShape(other.name()).stream()).distinct().count() > 1;
    return results.sourceShape(o.name()).filter(s -> several).map(ModelShape::text);
  }

  /** Says what was saved from a source, and what the source was. */
  private String bySource(Outcome o) {
    return o.name()
        + " "
        + SpreadText.percent(o.netSaving())
        + " ("
        + shape(o).map(s -> s + ", ").orElse("")
        + SpreadText.percent(o.source())
        + ")";
  }

  /** Returns whether all went on until they had spent what scratch did. */
  boolean isAtEqualCompute() {
    List<Outcome> all = results.outcomes();
    return all.size() > 1 && all.stream().allMatch(o -> o.equalLoss().isComplete());
  }

  /** Says where all were when they had spent what scratch did, if they went on as far. */
  private Optional<String> equalCompute() {
    if (!isAtEqualCompute()) {
      return Optional.empty();
    }
    List<String> losses =
        results.outcomes().stream()
            .sorted(Comparator.comparingDouble(o -> o.equalLoss().mean().orElseThrow()))
            .map(CompareFindings::equalLoss)
            .toList();
    String least = losses.get(0);
    String most = losses.get(losses.size() - 1);
    String scratch = equalLoss(results.outcomes().get(0));
    return Optional.of(
        "At equal compute, all that scratch took, validation losses are "
            + (NameList.isShort(losses)
                ? NameList.and(losses)
                : "from "
                    + least
                    + " to "
                    + most
                    + (List.of(least, most).contains(scratch) ? "" : ", and " + scratch)
                    + ". The table has all "
                    + losses.size())
            + ".");
  }

  private static String equalLoss(Outcome o) {
    return SpreadText.mean(o.equalLoss(), Format::metric) + " for " + o.name();
  }

  /** Says which methods were there before their first step, with any of the seeds. */
  private Optional<String> already() {
    List<String> names =
        grown()
            .filter(o -> o.runs().stream().anyMatch(this::isThereAtOnce))
            .map(Outcome::name)
            .toList();
    if (names.isEmpty()) {
      return Optional.empty();
    }
    boolean whole = results.settings().get("to_the_end").flag();
    return Optional.of(
        "Growing alone was enough for "
            + methods(names)
            + ": scratch's final loss is easy to reach here, and savings say little. "
            + (whole
                ? "Compare the losses at the end, or train for more steps."
                : "Train for more steps, or with --to-the-end, and compare the losses there."));
  }

  private boolean isThereAtOnce(ComparisonRun run) {
    return results.reached(run).filter(p -> p.step() == 0).isPresent();
  }

  /** Says with how many of its seeds a method did not reach scratch's final loss. */
  private static String missed(Outcome o) {
    int runs = o.runs().size();
    long missed = o.steps().values().stream().filter(v -> v.isEmpty()).count();
    return missed < runs
        ? " did not reach scratch's final loss with " + missed + " of the " + runs + " seeds"
        : " never reached scratch's final loss"
            + (runs > 1 ? " with any of the " + runs + " seeds" : "");
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
    return equal.isEmpty() ? ", the most of all." : ", as did " + methods(equal) + ".";
  }

  /** Says what training the sources took, if that is known and charged whole. */
  String sourceCost() {
    List<Outcome> known =
        grown()
            .filter(o -> o.source().mean().orElse(0) > 0)
            .sorted(Comparator.comparingDouble(o -> o.source().mean().orElseThrow()))
            .toList();
    if (known.isEmpty() || results.counting().sourceShare() != 1) {
      return "";
    }
    String least = SpreadText.percent(known.get(0).source());
    String most = SpreadText.percent(known.get(known.size() - 1).source());
    return (least.equals(most)
            ? "Training the small model took " + least
            : "Training the small models took from " + least + " to " + most)
        + " of scratch's compute. The net saving charges it.";
  }

  /** Returns what the words in a table mean, a line for each that is there. */
  List<String> notes(Grid table) {
    Set<String> cells =
        table.rows().stream().flatMap(List::stream).collect(Collectors.toUnmodifiableSet());
    List<String> lines = new ArrayList<>();
    if (table.header().contains(CompareTables.STEPS)) {
      lines.add(
          "target: scratch's final loss. A run is there at the first of two consecutive evaluations"
              + " at or below it.");
    }
    CompareTables.MEANINGS.forEach(
        (column, meaning) -> {
          if (table.header().contains(column)) {
            lines.add(column + ": " + meaning + ".");
          }
        });
    if (cells.contains(CompareTables.NEVER)) {
      lines.add(
          CompareTables.NEVER
              + ": a run did not reach the target in as many steps as scratch had.");
    }
    if (cells.contains(CompareTables.STOPPED)) {
      lines.add(
          CompareTables.STOPPED
              + ": runs end where they have reached the target; --to-the-end lets them go on. The"
              + " legend of the report's curves has their last loss.");
    }
    if (cells.stream().anyMatch(c -> c.endsWith(SpreadText.COST))) {
      lines.add(
          "N"
              + SpreadText.COST
              + ": nothing is saved, it took N times what scratch did. The net cost includes the"
              + " training of the sources.");
    }
    if (cells.contains(SpreadText.NONE)) {
      lines.add(
          SpreadText.NONE
              + ": there is no such figure. Nothing was grown, or nobody wrote down what a source's"
              + " training took, or runs were made on different machines, or scratch's loss never fell.");
    }
    return lines;
  }
}
