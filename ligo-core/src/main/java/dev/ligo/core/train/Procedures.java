package dev.ligo.core.train;

import dev.ligo.api.UnknownNameException;
import java.util.List;

/** The procedures that there are, with their usual numbers. */
public final class Procedures {
  private Procedures() {}

  /** Returns all, in the order of their names. */
  public static List<Procedure> all() {
    return List.of(
        new KnowledgeInheritance(),
        new LayerDropping(),
        new Mslt(),
        new SubNetworks(),
        new TokenDropping());
  }

  /** Returns whether there is a procedure of a name. */
  public static boolean has(String name) {
    return all().stream().anyMatch(p -> p.name().equals(name));
  }

  /**
   * Returns a procedure.
   *
   * @throws UnknownNameException if there is none of the name, with those there are
   */
  public static Procedure of(String name) {
    return all().stream()
        .filter(p -> p.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new UnknownNameException(
                    "training procedure", name, all().stream().map(Procedure::name).toList()));
  }
}
