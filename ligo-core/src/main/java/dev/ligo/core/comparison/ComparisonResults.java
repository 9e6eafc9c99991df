package dev.ligo.core.comparison;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.ligo.core.checkpoint.JsonValue;
import dev.ligo.core.model.ModelShape;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a comparison found out so far.
 *
 * <p>A run has reached its target, the final validation loss of the run from scratch with the same
 * seed, at the first of two consecutive evaluations at or below it. Of what scratch took to reach
 * it (by the same rule, or to the end where it came only there) a candidate saved:
 *
 * <ul>
 *   <li><b>net saving</b>: 1 − (training of the sources + growing + training) / scratch, in
 *       floating-point operations. The sources are charged all training that they ever had, unless
 *       {@link Counting#sourceShare} says that they were there already;
 *   <li><b>saving</b>: the same without the sources, for all candidates alike;
 *   <li><b>wall saving</b>: the saving in seconds of growing and training, evaluations left out;
 *       only where the same engine and device computed both, with as many threads.
 * </ul>
 *
 * <p>Where several learning rates were tried, a candidate's runs are those at its best one.
 *
 * @param family the family's name
 * @param settings what was the same for all
 * @param candidates what the candidates are, by their names
 * @param counting how compute is counted
 * @param runs the runs that are done, of each candidate at the rate chosen for it
 * @param trials the runs that are done at other rates
 */
public record ComparisonResults(
    String family,
    JsonValue settings,
    JsonObject candidates,
    Counting counting,
    List<ComparisonRun> runs,
    List<ComparisonRun> trials) {
  /** The name of the file for programs. */
  public static final String FILE = "results.json";

  /**
   * What one candidate came to.
   *
   * @param name the candidate
   * @param runs its runs, in the order of the seeds
   * @param firstLoss the validation loss right after growing
   * @param lastLoss the validation loss at the run's end
   * @param equalLoss the validation loss at the last evaluation within scratch's compute, that of
   *     the sources charged, of runs that went as far
   * @param steps the training steps to the target
   * @param totalFlops the floating-point operations to the target, those of the sources and of
   *     growing included; not known where the training of a source is not
   * @param flops the floating-point operations to the target, those of growing included
   * @param seconds the wall time to the target, that of growing included
   * @param drift how far growing moved the logits, in relation to the largest of the small model
   * @param source what the training of the sources took, as a share of all that scratch took
   * @param growing the share of growing in all that scratch took
   * @param netSaving the net saving; of sources with unknown training there is none
   * @param saving the saving
   * @param wallSaving the wall saving
   */
  public record Outcome(
      String name,
      List<ComparisonRun> runs,
      Spread firstLoss,
      Spread lastLoss,
      Spread equalLoss,
      Spread steps,
      Spread totalFlops,
      Spread flops,
      Spread seconds,
      Spread drift,
      Spread source,
      Spread growing,
      Spread netSaving,
      Spread saving,
      Spread wallSaving) {
    /**
     * Copies the runs.
     *
     * @param name the candidate
     * @param runs its runs, in the order of the seeds
     * @param firstLoss the validation loss right after growing
     * @param lastLoss the validation loss at the run's end
     * @param equalLoss the validation loss at the last evaluation within scratch's compute, that of
     *     the sources charged, of runs that went as far
     * @param steps the training steps to the target
     * @param totalFlops the floating-point operations to the target, those of the sources and of
     *     growing included; not known where the training of a source is not
     * @param flops the floating-point operations to the target, those of growing included
     * @param seconds the wall time to the target, that of growing included
     * @param drift how far growing moved the logits, in relation to the largest of the small model
     * @param source what the training of the sources took, as a share of all that scratch took
     * @param growing the share of growing in all that scratch took
     * @param netSaving the net saving; of sources with unknown training there is none
     * @param saving the saving
     * @param wallSaving the wall saving
     */
    public Outcome {
      runs = List.copyOf(runs);
    }

    /** {@return the learning rate chosen for the candidate} */
    public double learningRate() {
      return runs.get(0).learningRate();
    }
  }

  /**
   * Copies the runs.
   *
   * @param family the family's name
   * @param settings what was the same for all
   * @param candidates what the candidates are, by their names
   * @param counting how compute is counted
   * @param runs its runs, in the order of the seeds
   * @param trials the runs that are done at other rates
   */
  public ComparisonResults {
    runs = List.copyOf(runs);
    trials = List.copyOf(trials);
  }

  /**
   * Reads the results of a directory, in which nothing changes.
   *
   * @param directory the directory of the comparison
   * @return the results
   * @throws ComparisonException if it holds no comparison, or one in another format, or a damaged
   *     file
   */
  public static ComparisonResults read(Path directory) {
    try (ComparisonDirectory files = ComparisonDirectory.read(directory)) {
      return of(files);
    }
  }

  /**
   * Reads the results of a directory, and writes the file for programs again.
   *
   * @param directory the directory of the comparison
   * @return the results that were written
   * @throws ComparisonException if it holds no comparison, or one in another format, or a damaged
   *     file
   */
  public static ComparisonResults rewrite(Path directory) {
    try (ComparisonDirectory files = ComparisonDirectory.read(directory)) {
      ComparisonResults results = of(files);
      if (results.scratch().isEmpty()) {
        throw new ComparisonException(
            directory
                + " holds no finished run from scratch, which the others are measured by; continue"
                + " the comparison first.");
      }
      results.write(files);
      return results;
    }
  }

  /** Returns the results of the runs that are in a directory. */
  static ComparisonResults of(ComparisonDirectory files) {
    JsonValue settings = files.settings();
    return of(
        settings.get("family").text(),
        settings,
        files.candidates(),
        Counting.of(settings),
        files.runs());
  }

  /**
   * Returns the results of a comparison's runs. Where a candidate was run at several rates, its own
   * is the one with the most seeds, and of those its best: the one that reached scratch's final
   * loss first, or ended with the least.
   *
   * @param candidates what the candidates are, by their names, in their order
   * @param all the runs that are done, counted three times the forward operations
   */
  static ComparisonResults of(
      String family,
      JsonValue settings,
      JsonObject candidates,
      Counting counting,
      List<ComparisonRun> all) {
    List<ComparisonRun> counted = all.stream().map(r -> r.counted(counting)).toList();
    List<ComparisonRun> chosen = new ArrayList<>();
    List<ComparisonRun> others = new ArrayList<>();
    Map<Long, Double> targets = new HashMap<>();
    List<String> names = new ArrayList<>(candidates.keySet());
    names.remove(Candidate.SCRATCH);
    names.add(0, Candidate.SCRATCH);
    for (String name : names) {
      List<ComparisonRun> own =
          counted.stream()
              .filter(r -> r.candidate().equals(name))
              .filter(r -> name.equals(Candidate.SCRATCH) || targets.containsKey(r.seed()))
              .sorted(Comparator.comparingLong(ComparisonRun::seed))
              .toList();
      OptionalDouble rate = rate(own, targets);
      own.forEach(r -> (rate.equals(OptionalDouble.of(r.learningRate())) ? chosen : others).add(r));
      if (name.equals(Candidate.SCRATCH)) {
        chosen.removeIf(r -> r.diverged().isPresent());
        chosen.forEach(r -> targets.put(r.seed(), r.last().loss()));
      }
    }
    return new ComparisonResults(family, settings, candidates, counting, chosen, others);
  }

  private static OptionalDouble rate(List<ComparisonRun> own, Map<Long, Double> targets) {
    Map<Double, Long> seeds =
        own.stream()
            .collect(Collectors.groupingBy(ComparisonRun::learningRate, Collectors.counting()));
    long most = seeds.values().stream().mapToLong(n -> n).max().orElse(0);
    return own.stream()
        .filter(r -> seeds.get(r.learningRate()) == most)
        .min(
            Comparator.comparingLong(ComparisonRun::seed)
                .thenComparing(
                    best(
                        r ->
                            targets.containsKey(r.seed())
                                ? OptionalDouble.of(targets.get(r.seed()))
                                : OptionalDouble.empty())))
        .map(r -> OptionalDouble.of(r.learningRate()))
        .orElse(OptionalDouble.empty());
  }

  /** The run that reached its target first, or else that which ended best, comes first. */
  private static Comparator<ComparisonRun> best(Function<ComparisonRun, OptionalDouble> target) {
    return Comparator.comparingDouble((ComparisonRun r) -> r.flopsTo(target.apply(r)))
        .thenComparingDouble(ComparisonRun::endLoss);
  }

  /**
   * Returns a candidate's best run with the first seed with which it was run at all of some rates,
   * if there is one.
   */
  Optional<ComparisonRun> bestOf(String candidate, List<Double> rates) {
    Map<Long, List<ComparisonRun>> bySeed =
        Stream.concat(runs.stream(), trials.stream())
            .filter(r -> r.candidate().equals(candidate) && rates.contains(r.learningRate()))
            .collect(Collectors.groupingBy(ComparisonRun::seed, TreeMap::new, Collectors.toList()));
    boolean scratch = candidate.equals(Candidate.SCRATCH);
    return bySeed.values().stream()
        .filter(tries -> tries.size() == rates.size())
        .findFirst()
        .flatMap(
            tries ->
                tries.stream().min(best(r -> scratch ? OptionalDouble.empty() : target(r.seed()))));
  }

  /** {@return the seeds with which scratch was run, in their order} */
  public List<Long> seeds() {
    return scratch().stream().map(ComparisonRun::seed).toList();
  }

  /** {@return the runs from scratch, in the order of the seeds} */
  public List<ComparisonRun> scratch() {
    return runs.stream().filter(r -> r.candidate().equals(Candidate.SCRATCH)).toList();
  }

  /**
   * {@return how deep and how wide the model is that a candidate grows from} Older comparisons do
   * not know it.
   *
   * @param candidate the candidate's name
   * @throws ComparisonException if its description is damaged
   */
  public Optional<ModelShape> sourceShape(String candidate) {
    return JsonValue.of(
            candidates.getAsJsonObject(candidate),
            problem -> new ComparisonException("candidate '" + candidate + "': " + problem))
        .find(SourceCurve.SHAPE)
        .map(shape -> new ModelShape(size(shape, "layers"), size(shape, "hidden")));
  }

  private static OptionalInt size(JsonValue shape, String key) {
    return shape
        .find(key)
        .map(n -> OptionalInt.of(n.index(1, Integer.MAX_VALUE)))
        .orElse(OptionalInt.empty());
  }

  /** {@return what each candidate came to, scratch first, the others as they were run} */
  public List<Outcome> outcomes() {
    return runs.stream().map(ComparisonRun::candidate).distinct().map(this::outcome).toList();
  }

  private Outcome outcome(String name) {
    List<ComparisonRun> own = runs.stream().filter(r -> r.candidate().equals(name)).toList();
    return new Outcome(
        name,
        own,
        spread(own, r -> OptionalDouble.of(r.firstLoss())),
        spread(own, r -> OptionalDouble.of(r.last().loss())),
        spread(own, this::equalLoss),
        spread(own, r -> of(reached(r).map(p -> (double) p.step()))),
        spread(own, this::totalFlops),
        spread(own, r -> of(reached(r).map(Curve.Point::flops))),
        spread(own, r -> of(reached(r).map(Curve.Point::seconds))),
        spread(own, r -> r.growing().drift()),
        spread(own, r -> share(r, r.sourceFlops())),
        spread(own, r -> share(r, OptionalDouble.of(r.growing().flops()))),
        spread(own, r -> saved(share(r, totalFlops(r)))),
        spread(own, r -> saved(share(r, of(reached(r).map(Curve.Point::flops))))),
        spread(own, this::wallSaving));
  }

  private static Spread spread(
      List<ComparisonRun> runs, Function<ComparisonRun, OptionalDouble> figure) {
    return new Spread(runs.stream().map(figure).toList());
  }

  private static OptionalDouble of(Optional<Double> d) {
    return d.map(OptionalDouble::of).orElse(OptionalDouble.empty());
  }

  /**
   * Returns the loss at the last evaluation that took no more compute than scratch, that of the
   * sources charged, if it is known and the run went on to within an evaluation of that.
   */
  private OptionalDouble equalLoss(ComparisonRun r) {
    Curve.Point end = scratch(r.seed()).last();
    List<Curve.Point> all = r.totalCurve().points();
    List<Curve.Point> within = all.stream().filter(p -> p.flops() <= end.flops()).toList();
    boolean far = r.last().step() == end.step() || within.size() < all.size();
    boolean known = r.sourceFlops().isPresent() && r.diverged().isEmpty();
    return far && known && !within.isEmpty()
        ? OptionalDouble.of(within.get(within.size() - 1).loss())
        : OptionalDouble.empty();
  }

  /** Returns what a run took to its target with the training of its sources. */
  private OptionalDouble totalFlops(ComparisonRun r) {
    return r.sourceFlops().isPresent()
        ? of(reached(r).map(p -> r.sourceFlops().getAsDouble() + p.flops()))
        : OptionalDouble.empty();
  }

  /** Returns operations as a share of what scratch took with the seed of a run. */
  private OptionalDouble share(ComparisonRun r, OptionalDouble flops) {
    return flops.isPresent() ? ratio(flops.getAsDouble(), baseline(r).flops()) : flops;
  }

  /** Returns a share; there is none of nothing, as where scratch's loss never fell. */
  private static OptionalDouble ratio(double part, double whole) {
    return whole > 0 ? OptionalDouble.of(part / whole) : OptionalDouble.empty();
  }

  private static OptionalDouble saved(OptionalDouble share) {
    return share.isPresent() ? OptionalDouble.of(1 - share.getAsDouble()) : share;
  }

  private OptionalDouble wallSaving(ComparisonRun r) {
    return scratch(r.seed()).machine().equals(r.machine())
        ? reached(r)
            .map(p -> saved(ratio(p.seconds(), baseline(r).seconds())))
            .orElse(OptionalDouble.empty())
        : OptionalDouble.empty();
  }

  private ComparisonRun scratch(long seed) {
    return scratch().stream().filter(s -> s.seed() == seed).findFirst().orElseThrow();
  }

  /** Returns the loss that runs with a seed should reach, if scratch was run with it. */
  OptionalDouble target(long seed) {
    return scratch().stream()
        .filter(s -> s.seed() == seed)
        .mapToDouble(s -> s.last().loss())
        .findFirst();
  }

  /**
   * {@return the loss that a run should reach}
   *
   * @param run the run
   */
  public double target(ComparisonRun run) {
    return target(run.seed()).orElseThrow();
  }

  /**
   * {@return where a run reached its target, if it did}
   *
   * @param run the run
   */
  public Optional<Curve.Point> reached(ComparisonRun run) {
    Optional<Curve.Point> p = run.curve().reaches(target(run));
    boolean scratch = run.candidate().equals(Candidate.SCRATCH);
    return p.isEmpty() && scratch ? Optional.of(run.last()) : p;
  }

  /** Returns where scratch reached the target of a run. */
  private Curve.Point baseline(ComparisonRun run) {
    return reached(scratch(run.seed())).orElseThrow();
  }

  /** Writes the file for programs into the directory of the runs. */
  void write(ComparisonDirectory files) {
    files.results(FILE, json());
  }

  /**
   * {@return what the candidates came to, for programs; savings in percent} What was compared and
   * the runs themselves stand in files of their own.
   */
  public JsonObject json() {
    JsonObject o = new JsonObject();
    o.addProperty("family", family);
    o.add("seeds", seeds(scratch()));
    counting.addTo(o);
    JsonObject methods = new JsonObject();
    outcomes().forEach(c -> methods.add(c.name(), json(c)));
    o.add("methods", methods);
    return o;
  }

  private static JsonArray seeds(List<ComparisonRun> runs) {
    JsonArray seeds = new JsonArray();
    runs.forEach(r -> seeds.add(r.seed()));
    return seeds;
  }

  private static JsonObject json(Outcome c) {
    JsonObject o = new JsonObject();
    o.addProperty("learning_rate", c.learningRate());
    o.add("seeds", seeds(c.runs()));
    o.add("net_saving", json(c.netSaving(), 100));
    o.add("saving", json(c.saving(), 100));
    o.add("wall_saving", json(c.wallSaving(), 100));
    o.add("source", json(c.source(), 100));
    o.add("growing", json(c.growing(), 100));
    o.add("drift", json(c.drift(), 1));
    o.add("loss_after_growing", json(c.firstLoss(), 1));
    o.add("loss_at_end", json(c.lastLoss(), 1));
    o.add("loss_at_equal_compute", json(c.equalLoss(), 1));
    o.add("steps_to_target", json(c.steps(), 1));
    o.add("total_flops_to_target", json(c.totalFlops(), 1));
    o.add("flops_to_target", json(c.flops(), 1));
    o.add("seconds_to_target", json(c.seconds(), 1));
    return o;
  }

  private static JsonObject json(Spread spread, double scale) {
    JsonObject o = new JsonObject();
    o.add("mean", json(spread.mean(), scale));
    o.add("std", json(spread.deviation(), scale));
    JsonArray values = new JsonArray();
    spread.values().forEach(v -> values.add(json(v, scale)));
    o.add("values", values);
    return o;
  }

  private static JsonElement json(OptionalDouble value, double scale) {
    return value.isPresent() ? new JsonPrimitive(scale * value.getAsDouble()) : JsonNull.INSTANCE;
  }
}
