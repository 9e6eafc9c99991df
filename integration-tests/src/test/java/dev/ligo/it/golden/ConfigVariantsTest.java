package dev.ligo.it.golden;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import dev.ligo.core.Checkpoint;
import dev.ligo.core.Ligo;
import dev.ligo.core.checkpoint.SafetensorsFile;
import dev.ligo.core.model.ConfigOverrides;
import dev.ligo.core.model.Predictor;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Values of a config that others write in the place of the usual ones, such as the names of an
 * activation, against what the public Python {@code transformers} computes with them.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ConfigVariantsTest {
  private static final List<String> CHECKPOINTS =
      List.of(
          "bert/base",
          "roberta/base",
          "gpt2/base",
          "gpt2/classification",
          "vit/vit-base",
          "vit/deit-base");

  private final Ligo ligo = Ligo.create();
  private final GoldenBackends backends = new GoldenBackends();

  @AfterAll
  void close() {
    backends.close();
  }

  private static SafetensorsFile variants(String checkpoint) {
    return SafetensorsFile.open(Golden.ROOT.resolve(checkpoint).resolve("variants.safetensors"));
  }

  private static Set<String> names(String checkpoint) {
    try (SafetensorsFile file = variants(checkpoint)) {
      return Set.copyOf(file.entries().keySet());
    }
  }

  static Stream<Arguments> runs() {
    return GoldenBackends.NAMES.stream()
        .flatMap(
            backend ->
                CHECKPOINTS.stream()
                    .flatMap(c -> names(c).stream().map(v -> Arguments.of(backend, c, v))));
  }

  @ParameterizedTest
  @MethodSource("runs")
  void outputsAreThoseOfPython(String backend, String checkpoint, String variant) {
    assertThat(error(backend, checkpoint, variant, variant)).isLessThanOrEqualTo(Golden.OUTPUT);
  }

  @ParameterizedTest
  @MethodSource("backends")
  void anotherValueIsCaught(String backend) {
    assertThat(error(backend, "vit/vit-base", "hidden_act=gelu_new", "hidden_act=gelu_python"))
        .isGreaterThan(Golden.OUTPUT);
    assertThat(error(backend, "roberta/base", "pad_token_id=1", "pad_token_id=-1"))
        .isGreaterThan(Golden.OUTPUT);
  }

  static List<String> backends() {
    return GoldenBackends.NAMES;
  }

  /** Eleven names of activations in each family, and configs without padding. */
  @Test
  void noVariantIsLeftOut() {
    assertThat(CHECKPOINTS.stream().mapToInt(c -> names(c).size()).sum()).isEqualTo(5 * 11 + 2);
  }

  /** Returns the error of what is computed with one value, against what is right with another. */
  private double error(String backend, String checkpoint, String set, String expected) {
    String[] path = checkpoint.split("/", -1);
    try (Golden golden = new Golden(path[0], path[1]);
        SafetensorsFile file = variants(checkpoint);
        Checkpoint opened = ligo.open(golden.directory(), ConfigOverrides.parse(List.of(set)));
        Predictor predictor = ligo.predictor(opened, backends.get(backend))) {
      SortedMap<String, HostArray> batch =
          GoldenTest.ids(golden, "input_ids", "attention_mask", "token_type_ids");
      if (golden.has("pixel_values")) {
        batch.put("pixel_values", golden.get("pixel_values").as(DType.FLOAT32));
      }
      HostArray found =
          path[1].equals("classification")
              ? predictor.logits(batch)
              : predictor.hiddenStates(batch);
      return Golden.error(found, file.read(expected));
    }
  }
}
