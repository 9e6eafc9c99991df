package dev.ligo.testkit;

import java.util.List;

/** The operations of the kit's table, for tests in other packages. */
public final class KitOperations {
  private KitOperations() {}

  /** Returns the names in the order in which the kit lists them. */
  public static List<String> names() {
    return OperationCases.all().stream().map(OperationCase::operation).distinct().sorted().toList();
  }
}
