package dev.ligo.it.train;

import dev.ligo.core.fixtures.TinyRuns;
import dev.ligo.core.train.strategy.KnowledgeInheritanceTest;

/** Knowledge inheritance in the real families, on the engines. */
class KnowledgeInheritanceOfFamiliesTest extends KnowledgeInheritanceTest {
  @Override
  protected TinyRuns create() {
    return FamilyRuns.create();
  }
}
