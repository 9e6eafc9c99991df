package dev.ligo.it.growth;

import dev.ligo.api.Backend;
import dev.ligo.core.growth.apply.OperatorAgainstExplicitMatrixTest;
import dev.ligo.it.TestBackends;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.condition.EnabledIf;

/** Whole operators against explicit matrices, applied by each engine. */
class OperatorsOnEnginesTest {
  static boolean hasSecond() {
    return TestBackends.names().size() > 1;
  }

  @Nested
  class First extends OperatorAgainstExplicitMatrixTest {
    @Override
    protected Backend open() {
      return TestBackends.open(TestBackends.first());
    }
  }

  @Nested
  @EnabledIf("dev.ligo.it.growth.OperatorsOnEnginesTest#hasSecond")
  class Second extends OperatorAgainstExplicitMatrixTest {
    @Override
    protected Backend open() {
      return TestBackends.open(TestBackends.names().get(1));
    }
  }
}
