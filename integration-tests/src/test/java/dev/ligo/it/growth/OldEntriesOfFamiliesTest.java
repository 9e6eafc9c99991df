package dev.ligo.it.growth;

import dev.ligo.api.Backend;
import dev.ligo.core.Ligo;
import dev.ligo.core.fixtures.TinyModel;
import dev.ligo.core.growth.OldEntriesTest;
import dev.ligo.it.TestBackends;
import java.util.List;

/** Which entries of the real families are those of their sources. */
class OldEntriesOfFamiliesTest extends OldEntriesTest {
  @Override
  protected Backend open() {
    return TestBackends.open(TestBackends.first());
  }

  @Override
  protected Ligo create() {
    return Ligo.create();
  }

  @Override
  protected List<TinyModel> families() {
    return FamilyModels.ALL;
  }

  /** One that normalizes the stream, one with fused parameters, one with two stacks. */
  @Override
  protected List<TinyModel> kinds() {
    return List.of(FamilyModels.BERT, FamilyModels.GPT2_UNTIED, FamilyModels.CAIT);
  }
}
