package dev.ligo.core.comparison;

import dev.ligo.core.comparison.Comparison.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The runs of a comparison in waves, each of which needs the results of the wave before it, and
 * none of its own: scratch with the first seed; all others with that seed, and scratch with the
 * other seeds; all others with those.
 *
 * @param comparison says what is compared
 * @param files where runs stand
 * @param parts makes the runs
 * @param listener is told of runs that are done
 */
record ComparisonWaves(
    Comparison comparison,
    ComparisonDirectory files,
    Comparison.Parts parts,
    Comparison.Listener listener) {
  /** A candidate with one seed, at each of some rates, to a target. */
  private record Row(Candidate candidate, long seed, List<Double> rates, OptionalDouble target) {
    Part part(Optional<Double> rate) {
      return new Part(candidate.name(), seed, rate, target);
    }
  }

  /** Makes all runs. */
  void run() {
    List<Long> seeds = comparison.options.seeds();
    List<Long> first = seeds.subList(0, 1);
    List<Long> others = seeds.subList(1, seeds.size());
    wave(rows(true, first));
    List<Row> second = rows(false, first);
    second.addAll(rows(true, others));
    wave(second);
    wave(rows(false, others));
  }

  private List<Row> rows(boolean scratch, List<Long> seeds) {
    ComparisonResults sofar = ComparisonResults.of(files);
    List<Row> rows = new ArrayList<>();
    for (long seed : seeds) {
      for (Candidate c : comparison.ordered()) {
        if (c.isScratch() == scratch) {
          OptionalDouble target = scratch ? OptionalDouble.empty() : sofar.target(seed);
          rows.add(new Row(c, seed, comparison.rates(c, seed, sofar), target));
        }
      }
    }
    return rows;
  }

  private void wave(List<Row> rows) {
    List<Part> growths = new ArrayList<>();
    List<Part> runs = new ArrayList<>();
    for (Row row : rows) {
      List<Double> left = row.rates().stream().filter(rate -> !isWhole(row, rate)).toList();
      left.forEach(rate -> runs.add(row.part(Optional.of(rate))));
      if (row.candidate().growth().isPresent() && left.size() > 1) {
        growths.add(row.part(Optional.empty())); // once, and not by each of the runs
      }
    }
    make(growths);
    make(runs);
    for (Row row : rows) {
      row.rates()
          .forEach(
              rate ->
                  files
                      .done(row.candidate().name(), row.seed(), rate)
                      .ifPresent(run -> listener.done(run, reached(run, row.target()))));
      comparison.finish(files, row.candidate(), row.seed());
      comparison.requireTarget(files, row.candidate(), row.seed());
    }
  }

  private void make(List<Part> wanted) {
    if (!wanted.isEmpty()) {
      parts.make(wanted);
      files.reread();
      ComparisonResults.of(files).write(files);
    }
  }

  private boolean isWhole(Row row, double rate) {
    return files
        .done(row.candidate().name(), row.seed(), rate)
        .filter(run -> comparison.isWhole(files, run, CandidateRun.Goal.of(row.target())))
        .isPresent();
  }

  private static Optional<Curve.Point> reached(ComparisonRun run, OptionalDouble target) {
    return target.isPresent() ? run.curve().reaches(target.getAsDouble()) : Optional.empty();
  }
}
