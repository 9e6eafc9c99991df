package dev.ligo.it.growth;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ligo.api.Backend;
import dev.ligo.core.Ligo;
import dev.ligo.core.fixtures.TinyModel;
import dev.ligo.core.growth.NewTokensTest;
import dev.ligo.core.model.ConfigException;
import dev.ligo.core.model.Sizes;
import dev.ligo.it.TestBackends;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Grows the vocabulary of every real family that has one. */
class NewTokensOfFamiliesTest extends NewTokensTest {
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
    return FamilyModels.ALL.stream()
        .filter(f -> f.model(Ligo.create()).vocabulary().isPresent())
        .toList();
  }

  @Override
  protected List<TinyModel> kinds() {
    return List.of(FamilyModels.BERT, FamilyModels.GPT2_UNTIED);
  }

  @Test
  void picturesHaveNoVocabulary() {
    assertThatThrownBy(() -> FamilyModels.CAIT.model(ligo).resized(Sizes.SAME.withVocabulary(100)))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("'cait' does not describe a vocabulary");
  }
}
