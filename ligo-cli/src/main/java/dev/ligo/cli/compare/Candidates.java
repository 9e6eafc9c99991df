package dev.ligo.cli.compare;

import dev.ligo.api.LigoException;
import dev.ligo.cli.options.HyperparameterOptions;
import dev.ligo.core.Ligo;
import dev.ligo.core.comparison.Candidate;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** The names of a comparison as methods with their sources, and as ways of training. */
final class Candidates {
  private final List<Candidate> all;

  /**
   * Reads names.
   *
   * @param given what is grown from what, and the names that {@link CandidateName} reads;
   *     "LABEL=NAME" is NAME under another name
   * @param options values of hyperparameters that all candidates share
   * @throws LigoException if a name is unknown, or there twice, or contradicts itself; none is
   *     "scratch"; or a source or a value is of none of them
   */
  Candidates(Ligo ligo, ComparisonSources given, HyperparameterOptions options) {
    Path from = given.from();
    List<String> names = given.methods();
    Map<String, Path> sources = given.own();
    if (sources.containsKey(Candidate.SCRATCH)) {
      throw new LigoException("--source names 'scratch', which is grown from nothing");
    }
    Map<String, Path> labelled = new TreeMap<>();
    sources.forEach((name, source) -> labelled.put(label(name), source));
    TreeSet<String> unused = new TreeSet<>(labelled.keySet());
    names.forEach(n -> unused.remove(label(n)));
    if (!unused.isEmpty()) {
      throw new LigoException(
          "--source names '" + unused.first() + "', which is not among the methods");
    }
    this.all =
        Candidate.comparable(
            names.stream()
                .map(
                    n ->
                        n.equals(Candidate.SCRATCH)
                            ? Candidate.scratch()
                            : new CandidateName(ligo, options, withoutLabel(n))
                                .candidate(label(n), labelled.getOrDefault(label(n), from)))
                .toList());
    options.requireUsed();
    given.requireUsed(all);
  }

  /** Returns what stands before "=", or all where there is none. */
  static String label(String name) {
    return name.substring(0, name.contains("=") ? name.indexOf('=') : name.length());
  }

  private static String withoutLabel(String given) {
    return given.substring(given.indexOf('=') + 1);
  }

  /**
   * Returns the parts of a name, of which the first is "scratch", a growth method or a strategy.
   */
  static List<String> parts(String given) {
    return List.of(withoutLabel(given).split("\\+", -1));
  }

  /** Returns them in the order of their names. */
  List<Candidate> all() {
    return all;
  }
}
