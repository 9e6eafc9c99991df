package dev.ligo.cli;

import dev.ligo.api.LigoException;
import dev.ligo.api.UnknownNameException;
import dev.ligo.core.Ligo;
import dev.ligo.core.experiment.Candidate;
import dev.ligo.core.growth.LigoMethod;
import dev.ligo.core.growth.LigoOptions;
import dev.ligo.core.train.Procedure;
import dev.ligo.core.train.Procedures;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The names of a comparison as methods with their sources, and as ways of training. */
final class Candidates {
  private static final String OWN = "own";
  private static final String MOMENTS = "moments";
  private static final Pattern STEPS = Pattern.compile("([0-9]{1,9})steps");

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
   * @param names "scratch", growth methods, LiGO from others as in "ligo+fpi", of other steps as in
   *     "ligo+20steps", and any with procedures as in "ligo+layerdrop"; "LABEL=NAME" is NAME under
   *     another name
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
    names.forEach(n -> unused.remove(label(n)));
    if (!unused.isEmpty()) {
      throw new LigoException(
          "--source names '" + unused.iterator().next() + "', which is not among the methods");
    }
    all = names.stream().map(n -> candidate(n, sources.getOrDefault(label(n), from))).toList();
  }

  private static String label(String name) {
    return name.substring(0, name.contains("=") ? name.indexOf('=') : name.length());
  }

  private Candidate candidate(String given, Path source) {
    if (given.equals(Candidate.SCRATCH)) {
      return Candidate.scratch();
    }
    String name = given.substring(given.indexOf('=') + 1);
    List<String> parts = List.of(ALONE.getOrDefault(name, name).split("\\+", -1));
    List<String> chosen = new ArrayList<>();
    List<String> starts = new ArrayList<>();
    OptionalLong steps = OptionalLong.empty();
    boolean moments = false;
    for (String part : parts.subList(1, parts.size())) {
      Matcher m = STEPS.matcher(part);
      if (m.matches()) {
        steps = OptionalLong.of(Long.parseLong(m.group(1)));
      } else if (part.equals(MOMENTS)) {
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
        label(given),
        origin(parts.get(0), starts, steps, source),
        new Candidate.Training(numbered, small, moments));
  }

  private Optional<Candidate.Origin> origin(
      String method, List<String> starts, OptionalLong steps, Path source) {
    boolean learns = method.equals("ligo");
    if (starts.size() > (learns ? 1 : 0)) {
      List<String> known = new ArrayList<>(List.of(MOMENTS));
      Procedures.all().forEach(p -> known.add(p.name()));
      throw new UnknownNameException("training procedure", starts.get(starts.size() - 1), known);
    }
    if (steps.isPresent() && !learns) {
      throw new LigoException("only ligo learns an operator in steps, not " + method);
    }
    if (method.equals(Candidate.SCRATCH)) {
      return Optional.empty();
    }
    if (!learns) {
      return Optional.of(new Candidate.Origin(ligo.method(method), source, steps));
    }
    LigoOptions options = starts.isEmpty() ? LigoOptions.defaults() : begunAs(starts.get(0));
    boolean none = steps.isPresent() && steps.getAsLong() == 0;
    return Optional.of(
        new Candidate.Origin(
            new LigoMethod(none ? options.unlearned() : options),
            source,
            none ? OptionalLong.empty() : steps));
  }

  private LigoOptions begunAs(String start) {
    LigoOptions defaults = LigoOptions.defaults();
    return start.equals(OWN)
        ? defaults.withStart(defaults.depth(), defaults.depthNoise(), defaults.width())
        : defaults.withStart(ligo.method(start));
  }

  /** Returns them in the order of their names. */
  List<Candidate> all() {
    return all;
  }
}
