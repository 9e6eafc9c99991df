package dev.ligo.testkit;

import java.util.List;
import java.util.stream.Stream;

/** The table of operations. */
final class OperationCases {
  private OperationCases() {}

  /** Every case. */
  static List<OperationCase> all() {
    return Stream.of(
            ElementwiseCases.all(),
            ReductionCases.all(),
            ProductCases.all(),
            ShapeCases.all(),
            LookUpCases.all(),
            ProgramCases.all(),
            NetworkCases.all())
        .flatMap(List::stream)
        .toList();
  }
}
