package dev.ligo.cli.compare;

import dev.ligo.api.Wording;
import dev.ligo.cli.console.Format;
import dev.ligo.cli.report.ComparisonReport.Dot;
import dev.ligo.cli.report.ComparisonReport.Dots;
import dev.ligo.cli.report.Grid;
import dev.ligo.core.comparison.ComparisonResults.Outcome;
import dev.ligo.core.comparison.ComparisonRun;
import dev.ligo.core.comparison.Spread;
import dev.ligo.core.model.ModelShape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The figures of a comparison in tables, a row for each method, from the highest saving to the
 * lowest.
 *
 * @param words ranks the methods
 */
record CompareTables(CompareFindings words) {
  /** The entry for a run that did not reach scratch's final loss. */
  static final String NEVER = "never";

  /** The entry for the last loss of runs that ended as soon as they had reached it. */
  static final String STOPPED = "stopped";

  /** Columns whose names do not say all, in their order, with what they are. */
  static final Map<String, String> MEANINGS = meanings();

  private static final String WALL = "wall saving";
  private static final String SHAPE = "grown from";
  private static final String SOURCE = "source / scratch";
  private static final String GROWING = "growing / scratch";
  private static final String RATE = "rate";
  private static final String EQUAL = "loss at equal compute";
  private static final String DRIFT = "logits moved";

  /** The column of the steps after which a run had reached scratch's final loss. */
  static final String STEPS = "steps to target";

  private static Map<String, String> meanings() {
    Map<String, String> m = new LinkedHashMap<>();
    m.put(WALL, "the saving in seconds. It depends on the machine, and on what else runs there");
    m.put(SHAPE, "the small model, " + ModelShape.LEGEND);
    m.put(SOURCE, "what training the small model took, in percent of scratch's compute");
    m.put(GROWING, "what learning the operator took, in percent of scratch's compute");
    m.put(RATE, "the highest learning rate of the schedule");
    m.put(
        EQUAL, "the last one within the compute that scratch took, the source's training included");
    m.put(
        DRIFT,
        "how far growing moved the logits of the first held-out batch, as a share of the small"
            + " model's largest");
    return Collections.unmodifiableMap(m);
  }

  /** Returns all figures. */
  Grid summary() {
    return savings().beside(training());
  }

  /** Returns what methods saved, and what their sources and growing took. */
  Grid savings() {
    return grid(
        List.of("method", "net saving", "saving", WALL, SHAPE, SOURCE, GROWING),
        o ->
            Stream.of(
                o.name(),
                reached(o, SpreadText.saving(o.netSaving())),
                reached(o, SpreadText.saving(o.saving())),
                reached(o, SpreadText.saving(o.wallSaving())),
                words.shape(o).orElse(SpreadText.NONE),
                SpreadText.percent(o.source()),
                SpreadText.percent(o.growing())));
  }

  /** Returns how methods were trained, and how far they came. */
  Grid training() {
    return grid(
        List.of(
            "method",
            RATE,
            "loss at start",
            "loss at end",
            EQUAL,
            DRIFT,
            STEPS,
            "compute to target",
            "time to target"),
        o ->
            Stream.of(
                o.name(),
                Wording.number(o.learningRate()),
                SpreadText.mean(o.firstLoss(), Format::metric),
                o.runs().stream().allMatch(this::isWhole)
                    ? SpreadText.mean(o.lastLoss(), Format::metric)
                    : STOPPED,
                words.isAtEqualCompute()
                    ? SpreadText.mean(o.equalLoss(), Format::metric)
                    : SpreadText.NONE,
                SpreadText.magnitude(o.drift()),
                reached(o, SpreadText.mean(o.steps(), v -> Format.count(Math.round(v)))),
                reached(o, SpreadText.flops(o.totalFlops())),
                reached(o, SpreadText.mean(o.seconds(), Format::seconds))));
  }

  private Grid grid(List<String> header, Function<Outcome, Stream<String>> row) {
    return new Grid(header, words.ranked().stream().map(o -> row.apply(o).toList()).toList())
        .withoutColumnsOf(SpreadText.NONE);
  }

  /** Returns what methods saved with each seed. */
  List<Dots> dots() {
    return words.ranked().stream().map(this::dots).toList();
  }

  private Dots dots(Outcome o) {
    Spread headline = words.headline(o);
    List<Dot> seeds = new ArrayList<>();
    for (int i = 0; i < o.runs().size(); i++) {
      long seed = o.runs().get(i).seed();
      headline.values().get(i).ifPresent(v -> seeds.add(new Dot(seed, 100 * v)));
    }
    OptionalDouble gross = o.saving().mean();
    return new Dots(
        seeds,
        percent(headline.mean()),
        percent(headline.deviation()),
        gross.equals(headline.mean()) ? OptionalDouble.empty() : percent(gross));
  }

  private static OptionalDouble percent(OptionalDouble share) {
    return share.isPresent() ? OptionalDouble.of(100 * share.getAsDouble()) : share;
  }

  /** Returns a figure of reaching scratch's final loss, or that some run did not. */
  private static String reached(Outcome o, String figure) {
    return o.steps().isComplete() ? figure : NEVER;
  }

  /** Returns whether a run made all its steps, and did not stop where it had reached its target. */
  private boolean isWhole(ComparisonRun r) {
    return r.last().step() == words.results().settings().get("steps").number();
  }
}
