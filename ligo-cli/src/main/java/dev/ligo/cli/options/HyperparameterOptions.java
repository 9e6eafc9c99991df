package dev.ligo.cli.options;

import dev.ligo.api.LigoException;
import dev.ligo.core.Ligo;
import dev.ligo.core.growth.GrowthMethod;
import dev.ligo.core.hyperparameter.Domain;
import dev.ligo.core.hyperparameter.Hyperparameter;
import dev.ligo.core.hyperparameter.HyperparameterException;
import dev.ligo.core.hyperparameter.Tunable;
import dev.ligo.core.train.TrainingStrategy;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import picocli.CommandLine.Model.ArgGroupSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.TypeConversionException;

/**
 * The options {@code --NAME-HYPERPARAMETER} of growth methods or training strategies, made from
 * their declarations, and what was given for them.
 */
public final class HyperparameterOptions {
  /** The values on the command line: by the method or strategy, then by the hyperparameter. */
  private final Map<String, Map<String, String>> given = new TreeMap<>();

  private final Set<String> used = new HashSet<>();

  /**
   * Reads what was given to a command.
   *
   * @param command a command that has been parsed
   * @param all the methods or strategies whose options were added to it
   */
  public HyperparameterOptions(CommandSpec command, Collection<? extends Tunable> all) {
    for (Tunable t : all) {
      for (Hyperparameter<?> h : t.hyperparameters()) {
        Optional.ofNullable(
                command.commandLine().getParseResult().matchedOption(name(t.name(), h.name())))
            .ifPresent(
                option ->
                    given
                        .computeIfAbsent(t.name(), n -> new TreeMap<>())
                        .put(h.name(), option.originalStringValues().get(0)));
      }
    }
  }

  /**
   * Adds the options to a command.
   *
   * @param heading what stands above them in the help
   * @throws LigoException if the command has an option of a name already
   */
  public static void add(CommandSpec command, String heading, Collection<? extends Tunable> all) {
    Map<String, OptionSpec> options = new LinkedHashMap<>();
    for (Tunable t : all) {
      for (Hyperparameter<?> h : t.hyperparameters()) {
        String name = name(t.name(), h.name());
        if (command.findOption(name) != null || options.put(name, option(name, h)) != null) {
          throw new LigoException(
              "hyperparameter '"
                  + h.name()
                  + "' of '"
                  + t.name()
                  + "' ("
                  + t.getClass().getName()
                  + ") needs the option "
                  + name
                  + ", which 'ligo "
                  + command.name()
                  + "' has already; rename it.");
        }
      }
    }
    if (!options.isEmpty()) {
      ArgGroupSpec.Builder group =
          ArgGroupSpec.builder().validate(false).heading("%n" + heading + ":%n");
      options.values().forEach(group::addArg);
      command.addArgGroup(group.build());
    }
  }

  /** Returns the option of a hyperparameter; one of its owner's own name needs no other. */
  public static String name(String owner, String hyperparameter) {
    String name = owner.equals(hyperparameter) ? owner : owner + "-" + hyperparameter;
    return "--" + name.replace('_', '-');
  }

  private static OptionSpec option(String name, Hyperparameter<?> h) {
    Domain<?> domain = h.domain();
    String help = h.help().substring(0, 1).toUpperCase(Locale.ROOT) + h.help().substring(1);
    List<String> choices = domain.choices();
    return OptionSpec.builder(name)
        .type(String.class)
        .paramLabel(label(h))
        .converters(text -> checked(h, text))
        .completionCandidates(domain instanceof Domain.MethodName ? new MethodNames() : choices)
        .description(
            (help + "; " + domain.description() + ".").replace("%", "%%"),
            "Default: " + h.defaultText())
        .build();
  }

  private static String label(Hyperparameter<?> h) {
    return switch (h.domain().type()) {
      case "integer" -> "N";
      case "real" -> "X";
      default -> h.domain().type().toUpperCase(Locale.ROOT);
    };
  }

  private static String checked(Hyperparameter<?> h, String text) {
    try {
      h.parse(text);
      return text;
    } catch (HyperparameterException e) {
      throw new TypeConversionException(
          "expected " + h.domain().description() + ", found '" + text + "'");
    }
  }

  /**
   * Returns a method with the values that were given for it.
   *
   * @param others values that go before those, by name
   * @param methods looks up methods that values name
   */
  public GrowthMethod of(
      GrowthMethod method, Map<String, String> others, Function<String, GrowthMethod> methods) {
    Map<String, String> texts = texts(method, others);
    return texts.isEmpty() ? method : method.with(method.values().parse(texts), methods);
  }

  /** Returns a method with the values that were given for it and for others that these name. */
  public GrowthMethod of(GrowthMethod method, Ligo ligo) {
    return of(
        method,
        Map.of(),
        name -> name.equals(method.name()) ? method : of(ligo.method(name), ligo));
  }

  /**
   * Returns a strategy with the values that were given for it.
   *
   * @param others values that go before those, by name
   */
  public TrainingStrategy of(TrainingStrategy strategy, Map<String, String> others) {
    Map<String, String> texts = texts(strategy, others);
    return texts.isEmpty() ? strategy : strategy.with(strategy.values().parse(texts));
  }

  private Map<String, String> texts(Tunable of, Map<String, String> others) {
    used.add(of.name());
    Map<String, String> texts = new HashMap<>(given.getOrDefault(of.name(), Map.of()));
    texts.putAll(others);
    return texts;
  }

  /**
   * Refuses what was given for a method or strategy that was not asked for.
   *
   * @throws LigoException with the option and its owner
   */
  public void requireUsed() {
    given.forEach(
        (owner, texts) -> {
          if (!used.contains(owner)) {
            throw new LigoException(
                name(owner, texts.keySet().iterator().next())
                    + " is of '"
                    + owner
                    + "', which is not chosen");
          }
        });
  }
}
