package dev.ligo.it.train;

import dev.ligo.core.fixtures.TinyRuns;
import dev.ligo.core.train.strategy.ApartTest;

/** Rates of old and new entries in the real families, on the engines. */
class ApartOfFamiliesTest extends ApartTest {
  @Override
  protected TinyRuns create() {
    return FamilyRuns.create();
  }
}
