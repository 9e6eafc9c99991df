package dev.ligo.it.train;

import dev.ligo.core.fixtures.TinyRuns;
import dev.ligo.core.train.strategy.StrategiesTest;

/** What training strategies change in the real families, on the engines. */
class StrategiesOfFamiliesTest extends StrategiesTest {
  @Override
  protected TinyRuns create() {
    return FamilyRuns.create();
  }
}
