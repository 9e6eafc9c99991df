package dev.ligo.it.train;

import dev.ligo.core.fixtures.TinyRuns;
import dev.ligo.core.train.strategy.StrategiesTest;

/** Training strategies in the real families, on the engines. */
class StrategiesOfFamiliesTest extends StrategiesTest {
  @Override
  protected TinyRuns create() {
    return FamilyRuns.create();
  }
}
