package dev.ligo.it.family;

import dev.ligo.api.Backend;
import dev.ligo.it.TestBackends;
import dev.ligo.testkit.ArchitectureConformance;

/** Checks that a family conforms, on the first of the backends under test. */
abstract class FamilyConformance extends ArchitectureConformance {
  @Override
  protected Backend open() {
    return TestBackends.open(TestBackends.first());
  }
}
