package dev.ligo.it.growth;

import dev.ligo.api.Backend;
import dev.ligo.core.Ligo;
import dev.ligo.core.fixtures.TinyModel;
import dev.ligo.core.growth.learn.LearnedScalesTest;
import dev.ligo.it.TestBackends;
import java.util.List;

/** Learned scales in the real families. */
class ScalesOfFamiliesTest extends LearnedScalesTest {
  @Override
  protected Backend open() {
    return TestBackends.open(TestBackends.first());
  }

  @Override
  protected Ligo create() {
    return Ligo.create();
  }

  /** One with fused parameters, and one that stores other values than it computes with. */
  @Override
  protected List<TinyModel> kinds() {
    return List.of(FamilyModels.GPT2_UNTIED, FamilyModels.GEMMA3);
  }
}
