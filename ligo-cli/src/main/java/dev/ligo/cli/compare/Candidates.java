package dev.ligo.cli.compare;

import dev.ligo.api.LigoException;
import dev.ligo.api.UnknownNameException;
import dev.ligo.cli.options.StrategyChoice;
import dev.ligo.core.Ligo;
import dev.ligo.core.comparison.Candidate;
import dev.ligo.core.growth.AxisMap;
import dev.ligo.core.growth.method.LigoMethod;
import dev.ligo.core.growth.method.LigoOptions;
import dev.ligo.core.train.TrainingStrategies;
import dev.ligo.core.train.TrainingStrategy;
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
import java.util.stream.Collectors;

/** The names of a comparison as methods with their sources, and as ways of training. */
final class Candidates {
  private static final String LIGO = "ligo";
  private static final Map<String, AxisMap.Sharing> SHARINGS =
      Map.of("large", AxisMap.Sharing.LARGE, "small", AxisMap.Sharing.SMALL);
  private static final String MOMENTS = "moments";
  private static final String AS = "as-";
  private static final Pattern NOISE = Pattern.compile("noise(0(?:\\.[0-9]{1,9})?)");
  private static final Pattern STEPS = Pattern.compile("([0-9]{1,9})steps");

  /**
   * TrainingStrategies that stand for themselves with the beginning that they have in their papers.
   */
  private static final Map<String, List<String>> ALONE =
      Map.of("ki", List.of(Candidate.SCRATCH, "ki"), "mslt", List.of("stack", "mslt"));

  private final Ligo ligo;
  private final StrategyChoice strategies;
  private final List<Candidate> all;

  /**
   * Reads names.
   *
   * @param from the checkpoint to grow
   * @param names "scratch", growth methods, LiGO from others as in "ligo+fpi", of other steps as in
   *     "ligo+20steps", and any with strategies as in "ligo+layerdrop"; "as-NAME" is the growth
   *     method where a strategy has its name, too; "LABEL=NAME" is NAME under another name
   * @param sources another checkpoint for some of the names
   * @throws LigoException if a name is unknown, or there twice, or contradicts itself; none is
   *     "scratch"; or a source is of none of them
   */
  Candidates(
      Ligo ligo,
      Path from,
      List<String> names,
      Map<String, Path> sources,
      StrategyChoice strategies) {
    this.ligo = ligo;
    this.strategies = strategies;
    if (sources.containsKey(Candidate.SCRATCH)) {
      throw new LigoException("--source names 'scratch', which is grown from nothing");
    }
    Set<String> unused = new TreeSet<>(sources.keySet());
    names.forEach(n -> unused.remove(label(n)));
    if (!unused.isEmpty()) {
      throw new LigoException(
          "--source names '" + unused.iterator().next() + "', which is not among the methods");
    }
    this.all =
        Candidate.comparable(
            names.stream().map(n -> candidate(n, sources.getOrDefault(label(n), from))).toList());
    strategies.requireUsed(
        all.stream()
            .flatMap(c -> c.training().strategies().stream())
            .map(TrainingStrategy::name)
            .collect(Collectors.toSet()));
  }

  /** Returns what stands before "=", or all where there is none. */
  static String label(String name) {
    return name.substring(0, name.contains("=") ? name.indexOf('=') : name.length());
  }

  /** Returns the parts of a name, of which the first is "scratch" or a growth method. */
  static List<String> parts(String given) {
    List<String> parts = List.of(given.substring(given.indexOf('=') + 1).split("\\+", -1));
    String first = parts.get(0);
    List<String> all = new ArrayList<>(ALONE.getOrDefault(first, List.of(method(first))));
    all.addAll(parts.subList(1, parts.size()));
    return all;
  }

  /** Returns the growth method that a part names. */
  private static String method(String part) {
    return part.startsWith(AS) ? part.substring(AS.length()) : part;
  }

  private Candidate candidate(String given, Path source) {
    if (given.equals(Candidate.SCRATCH)) {
      return Candidate.scratch();
    }
    List<String> parts = parts(given);
    List<String> chosen = new ArrayList<>();
    List<String> choices = new ArrayList<>();
    OptionalLong steps = OptionalLong.empty();
    boolean moments = false;
    for (String part : parts.subList(1, parts.size())) {
      Matcher m = STEPS.matcher(part);
      if (m.matches()) {
        if (steps.isPresent()) {
          throw new LigoException("'" + given + "' names two numbers of steps");
        }
        steps = OptionalLong.of(Long.parseLong(m.group(1)));
      } else if (part.equals(MOMENTS)) {
        moments = true;
      } else if (TrainingStrategies.has(part)) {
        chosen.add(part);
      } else {
        choices.add(part);
      }
    }
    List<TrainingStrategy> numbered = strategies.of(chosen);
    Optional<Path> small = numbered.isEmpty() ? Optional.empty() : Optional.of(source);
    return new Candidate(
        label(given),
        origin(parts.get(0), choices, steps, source),
        new Candidate.Training(numbered, small, moments));
  }

  private Optional<Candidate.Origin> origin(
      String method, List<String> choices, OptionalLong steps, Path source) {
    if (method.equals(LIGO)) {
      boolean none = steps.isPresent() && steps.getAsLong() == 0;
      LigoOptions options = options(choices);
      return Optional.of(
          new Candidate.Origin(
              new LigoMethod(none ? options.unlearned() : options),
              source,
              none ? OptionalLong.empty() : steps));
    }
    if (!choices.isEmpty()) {
      List<String> known = new ArrayList<>(List.of(MOMENTS));
      TrainingStrategies.all().forEach(p -> known.add(p.name()));
      throw new UnknownNameException("training strategy", choices.get(0), known);
    }
    if (steps.isPresent()) {
      throw new LigoException("only ligo learns an operator in steps, not " + method);
    }
    return method.equals(Candidate.SCRATCH)
        ? Optional.empty()
        : Optional.of(new Candidate.Origin(ligo.method(method), source, steps));
  }

  /** Returns LiGO's options: a form, whose factors are shared by which layers, where they begin. */
  private LigoOptions options(List<String> choices) {
    LigoOptions options = LigoOptions.defaults();
    Set<String> kinds = new TreeSet<>();
    for (String choice : choices) {
      Matcher noise = NOISE.matcher(choice);
      String kind;
      if (noise.matches()) {
        kind = "noise";
        options = options.withWidthNoise(Double.parseDouble(noise.group(1)));
      } else if (choice.equals("rows")) {
        kind = "form";
        options = options.withForm(AxisMap.Form.ROWS);
      } else if (SHARINGS.containsKey(choice)) {
        kind = "sharing";
        options = options.withSharing(SHARINGS.get(choice));
      } else {
        kind = "start";
        options = options.withStart(ligo.method(method(choice)));
      }
      if (!kinds.add(kind)) {
        throw new LigoException(
            "expected one " + kind + " of LiGO, found '" + String.join("+", choices) + "'");
      }
    }
    return options;
  }

  /** Returns them in the order of their names. */
  List<Candidate> all() {
    return all;
  }
}
