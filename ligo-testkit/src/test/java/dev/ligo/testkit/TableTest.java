package dev.ligo.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The table of operations is in order. */
class TableTest {
  @Test
  void everyCaseHasANameOfItsOwn() {
    assertThat(OperationCases.all().stream().map(OperationCase::name)).doesNotHaveDuplicates();
  }

  @Test
  void everyOperationHasATolerance() {
    Set<String> operations =
        OperationCases.all().stream()
            .map(OperationCase::operation)
            .collect(Collectors.toCollection(TreeSet::new));
    operations.add("adamW");
    operations.add("operatorLearning");
    assertThat(Tolerances.operations()).isEqualTo(operations);
  }

  @Test
  void everyToleranceHasAReason() {
    assertThat(Tolerances.operations())
        .allSatisfy(o -> assertThat(Tolerances.of(o).reason()).isNotBlank());
  }
}
