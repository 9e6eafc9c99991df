package dev.ligo.core.train;

import dev.ligo.api.UnknownNameException;
import dev.ligo.core.train.strategy.KnowledgeInheritance;
import dev.ligo.core.train.strategy.LayerDropping;
import dev.ligo.core.train.strategy.Mslt;
import dev.ligo.core.train.strategy.SubNetworks;
import dev.ligo.core.train.strategy.TokenDropping;
import java.util.List;

/** The strategies that there are, with their usual numbers. */
public final class TrainingStrategies {
  private TrainingStrategies() {}

  /** Returns all, in the order of their names. */
  public static List<TrainingStrategy> all() {
    return List.of(
        new KnowledgeInheritance(),
        new LayerDropping(),
        new Mslt(),
        new SubNetworks(),
        new TokenDropping());
  }

  /** Returns whether there is a strategy of a name. */
  public static boolean has(String name) {
    return all().stream().anyMatch(p -> p.name().equals(name));
  }

  /**
   * Returns a strategy.
   *
   * @throws UnknownNameException if there is none of the name, with those there are
   */
  public static TrainingStrategy of(String name) {
    return all().stream()
        .filter(p -> p.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new UnknownNameException(
                    "training strategy",
                    name,
                    all().stream().map(TrainingStrategy::name).toList()));
  }
}
