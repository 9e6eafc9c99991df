package dev.ligo.it.golden;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import dev.ligo.core.Checkpoint;
import dev.ligo.core.Ligo;
import dev.ligo.core.checkpoint.SafetensorsFile;
import dev.ligo.core.model.ConfigOverrides;
import dev.ligo.core.model.Predictor;
import java.nio.file.Files;
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
 * activation, against what the public Python {@code transformers} computes with them, in every
 * checkpoint for which {@code make_golden_variants.py} made a file.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ConfigVariantsTest {
  private static final int ACTIVATIONS = 11;
  private static final String FILE = "variants.safetensors";

  private static final List<String> CHECKPOINTS =
      GoldenCheckpoints.names().stream()
          .filter(n -> Files.exists(GoldenCheckpoints.directory(n).resolve(FILE)))
          .toList();

  private final Ligo ligo = Ligo.create();
  private final GoldenBackends backends = new GoldenBackends();

  @AfterAll
  void close() {
    backends.close();
  }

  private static SafetensorsFile variants(String checkpoint) {
    return SafetensorsFile.open(GoldenCheckpoints.directory(checkpoint).resolve(FILE));
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

  /** Eleven names of activations wherever there is one. */
  @Test
  void noVariantIsLeftOut() {
    assertThat(CHECKPOINTS.stream().flatMap(c -> names(c).stream()).distinct())
        .filteredOn(v -> v.startsWith("hidden_act="))
        .hasSize(ACTIVATIONS);
    assertThat(CHECKPOINTS)
        .allSatisfy(
            c ->
                assertThat(names(c).stream().filter(v -> v.matches("\\w*act\\w*=.*")).count())
                    .isIn(0L, (long) ACTIVATIONS));
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
