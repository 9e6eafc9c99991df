package dev.ligo.cli;

import dev.ligo.api.LigoException;
import dev.ligo.api.UnknownNameException;
import dev.ligo.core.Ligo;
import dev.ligo.core.experiment.Candidate;
import dev.ligo.core.growth.GrowthMethod;
import dev.ligo.core.growth.LigoMethod;
import dev.ligo.core.growth.LigoOptions;
import dev.ligo.core.train.Procedure;
import dev.ligo.core.train.Procedures;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The names of a comparison as methods with their sources, and as ways of training. */
final class Candidates {
  private static final String OWN = "own";
  private static final String MOMENTS = "moments";

  /** Procedures that stand for themselves with the beginning that they have in their papers. */
  private static final Map<String, String> ALONE =
      Map.of("ki", Candidate.SCRATCH + "+ki", "mslt", "stack+mslt");

  private final Ligo ligo;
  private final ProcedureChoice procedures;
  private final List<Candidate> all;

  /**
   * Reads names.
   *
   * @param from the checkpoint to grow
   * @param names "scratch", growth methods, LiGO from others as in "ligo+fpi", and either with
   *     procedures as in "ligo+layerdrop"
   * @param sources another checkpoint for some of the names
   * @throws LigoException if a name is unknown, or a source is of none of them
   */
  Candidates(
      Ligo ligo,
      Path from,
      List<String> names,
      Map<String, Path> sources,
      ProcedureChoice procedures) {
    this.ligo = ligo;
    this.procedures = procedures;
    Set<String> unused = new TreeSet<>(sources.keySet());
    names.forEach(unused::remove);
    if (!unused.isEmpty()) {
      throw new LigoException(
          "--source names '" + unused.iterator().next() + "', which is not among the methods");
    }
    all = names.stream().map(n -> candidate(n, sources.getOrDefault(n, from))).toList();
  }

  private Candidate candidate(String name, Path source) {
    if (name.equals(Candidate.SCRATCH)) {
      return Candidate.scratch();
    }
    List<String> parts = List.of(ALONE.getOrDefault(name, name).split("\\+", -1));
    List<String> chosen = new ArrayList<>();
    List<String> starts = new ArrayList<>();
    boolean moments = false;
    for (String part : parts.subList(1, parts.size())) {
      if (part.equals(MOMENTS)) {
        moments = true;
      } else if (Procedures.has(part)) {
        chosen.add(part);
      } else {
        starts.add(part);
      }
    }
    List<Procedure> numbered = procedures.of(chosen);
    Optional<Path> small = numbered.isEmpty() ? Optional.empty() : Optional.of(source);
    return new Candidate(
        name,
        growth(parts.get(0), starts).map(m -> new Candidate.Origin(m, source)),
        new Candidate.Training(numbered, small, moments));
  }

  private Optional<GrowthMethod> growth(String method, List<String> starts) {
    boolean learns = method.equals("ligo");
    if (starts.size() > (learns ? 1 : 0)) {
      List<String> known = new ArrayList<>(List.of(MOMENTS));
      Procedures.all().forEach(p -> known.add(p.name()));
      throw new UnknownNameException("training procedure", starts.get(starts.size() - 1), known);
    }
    if (method.equals(Candidate.SCRATCH)) {
      return Optional.empty();
    }
    return Optional.of(starts.isEmpty() ? ligo.method(method) : ligoFrom(starts.get(0)));
  }

  private GrowthMethod ligoFrom(String start) {
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
