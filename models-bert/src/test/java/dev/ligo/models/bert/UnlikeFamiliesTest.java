package dev.ligo.models.bert;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ligo.core.Checkpoint;
import dev.ligo.core.OpenOptions;
import dev.ligo.core.model.Architecture;
import dev.ligo.core.model.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Families that are taken for BERT are refused by their names, before their weights are looked at.
 */
class UnlikeFamiliesTest {
  private static final List<Architecture<?>> FAMILIES =
      List.of(new RobertaArchitecture(), new BertArchitecture(), new Gpt2Architecture());

  @TempDir Path directory;

  private void open(String type) throws IOException {
    Files.writeString(directory.resolve("config.json"), "{\"model_type\": \"" + type + "\"}");
    Checkpoint.open(directory, FAMILIES, OpenOptions.DEFAULT).close();
  }

  @ParameterizedTest
  @CsvSource({
    "distilbert, DistilBERT has no token types",
    "albert, ALBERT's layers share one set of parameters",
    "electra, ELECTRA is pretrained to detect replaced tokens",
    "deberta, DeBERTa's attention adds scores of relative positions",
    "deberta-v2, DeBERTa's attention adds scores of relative positions",
  })
  void anotherFamilyIsRefusedWithWhatDiffers(String type, String difference) {
    assertThatThrownBy(() -> open(type))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(
            "models of type '" + type + "' are not supported, since " + difference)
        .hasMessageEndingWith("Take a checkpoint of one of bert, gpt2, roberta.");
  }

  @Test
  void anUnknownFamilyIsRefusedWithTheKnownOnes() {
    assertThatThrownBy(() -> open("t5"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("expected a 'model_type' of bert, gpt2, roberta")
        .hasMessageContaining("found \"t5\"");
  }
}
