package dev.ligo.cli;

import dev.ligo.api.LigoException;
import dev.ligo.core.Ligo;
import dev.ligo.core.experiment.Candidate;
import dev.ligo.core.growth.GrowthMethod;
import dev.ligo.core.growth.LigoMethod;
import dev.ligo.core.growth.LigoOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The names of a comparison as methods with their sources. */
final class Candidates {
  private static final String LIGO_FROM = "ligo+";
  private static final String OWN = "own";

  private final Ligo ligo;
  private final List<Candidate> all;

  /**
   * Reads names.
   *
   * @param from the checkpoint to grow
   * @param names "scratch", growth methods, and LiGO from others as in "ligo+fpi"
   * @param sources another checkpoint for some of the names
   * @throws LigoException if a name is unknown, or a source is of none of them
   */
  Candidates(Ligo ligo, Path from, List<String> names, Map<String, Path> sources) {
    this.ligo = ligo;
    Set<String> unused = new TreeSet<>(sources.keySet());
    names.forEach(unused::remove);
    if (!unused.isEmpty()) {
      throw new LigoException(
          "--source names '" + unused.iterator().next() + "', which is not among the methods");
    }
    all = names.stream().map(n -> candidate(n, sources.getOrDefault(n, from))).toList();
  }

  private Candidate candidate(String name, Path source) {
    return name.equals(Candidate.SCRATCH)
        ? Candidate.scratch()
        : Candidate.grown(name, method(name), source);
  }

  private GrowthMethod method(String name) {
    if (!name.startsWith(LIGO_FROM)) {
      return ligo.method(name);
    }
    String start = name.substring(LIGO_FROM.length());
    LigoOptions defaults = LigoOptions.defaults();
    return new LigoMethod(
        start.equals(OWN)
            ? defaults.withStart(defaults.depth(), defaults.depthNoise(), defaults.width())
            : defaults.withStart(ligo.method(start)));
  }

  /** Returns them in the order of their names. */
  List<Candidate> all() {
    return all;
  }
}
