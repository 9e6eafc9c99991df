package dev.ligo.cli.compare;

import dev.ligo.api.LigoException;
import dev.ligo.api.UnknownNameException;
import dev.ligo.cli.options.HyperparameterOptions;
import dev.ligo.core.Ligo;
import dev.ligo.core.comparison.Candidate;
import dev.ligo.core.growth.GrowthMethod;
import dev.ligo.core.hyperparameter.Domain;
import dev.ligo.core.hyperparameter.Hyperparameter;
import dev.ligo.core.hyperparameter.Tunable;
import dev.ligo.core.train.TrainingStrategy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A candidate's name, read part by part: what stands first is "scratch", a growth method, or a
 * strategy that trains the model from scratch. Of what follows "NAME:VALUE" sets a hyperparameter
 * of the last one before it that has it, and any other name is a strategy's or, if no strategy has
 * it, that of a method to start from.
 */
final class CandidateName {
  private static final Pattern STEPS = Pattern.compile("([0-9]{1,9})steps");
  private static final Pattern NOISE = Pattern.compile("noise([0-9].*)");

  /** The values that stand without the name of their hyperparameter, with that name. */
  private static final Map<String, String> SHORT =
      Map.of("rows", "form", "large", "sharing", "small", "sharing");

  /** A method or strategy that was named, with the values that were given for it. */
  private record Named(Tunable of, Map<String, String> values) {
    Named(Tunable of) {
      this(of, new TreeMap<>());
    }

    Optional<Hyperparameter<?>> hyperparameter(String name) {
      return of.hyperparameters().stream().filter(h -> h.name().equals(name)).findFirst();
    }
  }

  private final Ligo ligo;
  private final HyperparameterOptions options;
  private final String given;
  private final List<Named> named = new ArrayList<>();
  private OptionalLong steps = OptionalLong.empty();
  private boolean moments;

  /**
   * Reads a name.
   *
   * @param options the values that all candidates share
   * @param given the name, without a label
   * @throws LigoException if it contradicts itself, or there is nothing of a name in it
   */
  CandidateName(Ligo ligo, HyperparameterOptions options, String given) {
    this.ligo = ligo;
    this.options = options;
    this.given = given;
    List<String> parts = List.of(given.split("\\+", -1));
    String first = parts.get(0);
    if (!first.equals(Candidate.SCRATCH)) {
      boolean trained = isStrategy(first) && !isMethod(first);
      named.add(new Named(trained ? ligo.strategy(first) : ligo.method(first)));
    }
    parts.subList(1, parts.size()).forEach(this::add);
    if (steps.isPresent() && steps.getAsLong() == 0) {
      steps = OptionalLong.empty();
      set("learned", "false");
    }
  }

  private boolean isMethod(String name) {
    return ligo.methods().values().stream()
        .anyMatch(m -> m.name().equals(name) || m.aliases().contains(name));
  }

  private boolean isStrategy(String name) {
    return ligo.strategies().containsKey(name);
  }

  private void add(String part) {
    Matcher counted = STEPS.matcher(part);
    Matcher noise = NOISE.matcher(part);
    if (counted.matches()) {
      steps(Long.parseLong(counted.group(1)));
    } else if (part.equals(Tunable.MOMENTS)) {
      moments = true;
    } else if (part.contains(":")) {
      int colon = part.indexOf(':');
      set(part.substring(0, colon).replace('-', '_'), part.substring(colon + 1));
    } else if (isStrategy(part)) {
      named.add(new Named(ligo.strategy(part)));
    } else if (SHORT.containsKey(part) && has(SHORT.get(part))) {
      set(SHORT.get(part), part);
    } else if (noise.matches() && has("width_noise")) {
      set("width_noise", noise.group(1));
    } else {
      set(start(part), part);
    }
  }

  private void steps(long count) {
    if (steps.isPresent()) {
      throw new LigoException("'" + given + "' names two numbers of steps");
    }
    boolean learns = grown().map(n -> ((GrowthMethod) n.of()).learns()).orElse(false);
    if (!learns) {
      throw new LigoException(
          "'" + given + "' learns no operator in steps: only methods that learn do, such as ligo");
    }
    steps = OptionalLong.of(count);
  }

  private boolean has(String hyperparameter) {
    return named.stream().anyMatch(n -> n.hyperparameter(hyperparameter).isPresent());
  }

  /** Returns the hyperparameter that names a method to start from, for a part that is one. */
  private String start(String part) {
    return grown().stream()
        .flatMap(n -> n.of().hyperparameters().stream())
        .filter(h -> h.domain() instanceof Domain.MethodName)
        .map(Hyperparameter::name)
        .findFirst()
        .orElseThrow(
            () -> {
              List<String> known = new ArrayList<>(List.of(Tunable.MOMENTS));
              known.addAll(ligo.strategies().keySet());
              return new UnknownNameException("training strategy", part, known);
            });
  }

  /** Sets a hyperparameter of the last that has it. */
  private void set(String name, String value) {
    List<String> known = new ArrayList<>();
    for (int i = named.size() - 1; i >= 0; i--) {
      Named n = named.get(i);
      Optional<Hyperparameter<?>> h = n.hyperparameter(name);
      if (h.isPresent()) {
        if (n.values().put(name, value) != null) {
          throw new LigoException(
              "'" + given + "' names two values of '" + name + "' of " + n.of().name());
        }
        if (h.get().domain() instanceof Domain.MethodName m && !value.equals(m.none())) {
          named.add(new Named(ligo.method(value)));
        }
        return;
      }
      n.of().hyperparameters().forEach(k -> known.add(k.name()));
    }
    throw new UnknownNameException("hyperparameter of '" + given + "'", name, known);
  }

  /** Returns the method that the model is grown by: what stands first, if that is one. */
  private Optional<Named> grown() {
    return named.stream().limit(1).filter(n -> n.of() instanceof GrowthMethod).findFirst();
  }

  /**
   * Returns the candidate.
   *
   * @param label what it is called
   * @param source the checkpoint that is grown, and the small model of strategies that need one
   */
  Candidate candidate(String label, Path source) {
    List<TrainingStrategy> strategies =
        named.stream()
            .filter(n -> n.of() instanceof TrainingStrategy)
            .map(n -> options.of((TrainingStrategy) n.of(), n.values()))
            .toList();
    return new Candidate(
        label,
        grown().map(n -> new Candidate.Origin(built(n), source, steps)),
        new Candidate.Training(
            strategies, strategies.isEmpty() ? Optional.empty() : Optional.of(source), moments));
  }

  private GrowthMethod built(Named n) {
    return options.of((GrowthMethod) n.of(), n.values(), this::other);
  }

  /** Returns a method that another one's value names, with the values that were given for it. */
  private GrowthMethod other(String name) {
    String first = ligo.method(name).name();
    return named.stream()
        .skip(1)
        .filter(n -> n.of() instanceof GrowthMethod && n.of().name().equals(first))
        .map(this::built)
        .findFirst()
        .orElseThrow();
  }
}
