package dev.ligo.it.train;

import dev.ligo.core.fixtures.TinyRuns;
import dev.ligo.core.train.strategy.GradientsTest;

/** Gradients of the real families, on the engines. */
class GradientsOfFamiliesTest extends GradientsTest {
  @Override
  protected TinyRuns create() {
    return FamilyRuns.create();
  }
}
