package dev.ligo.it.growth;

import dev.ligo.api.Backend;
import dev.ligo.core.Ligo;
import dev.ligo.core.fixtures.TinyModel;
import dev.ligo.core.growth.method.MethodPreservationTest;
import dev.ligo.it.TestBackends;
import java.util.List;

/** Every method's claims for the real families. */
class PreservationOfFamiliesTest extends MethodPreservationTest {
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

  /**
   * One that normalizes the stream, one with fused parameters, one with two stacks, one that stores
   * other values than it computes with.
   */
  @Override
  protected List<TinyModel> kinds() {
    return List.of(
        FamilyModels.BERT, FamilyModels.GPT2_UNTIED, FamilyModels.CAIT, FamilyModels.GEMMA3);
  }
}
