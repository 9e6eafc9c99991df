package dev.ligo.it.growth;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import dev.ligo.core.Ligo;
import dev.ligo.core.growth.GrowthMethod;
import dev.ligo.core.growth.GrowthPlan;
import dev.ligo.core.growth.LayerOrigins;
import dev.ligo.core.model.ModelSpec;
import dev.ligo.core.model.Sizes;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The origins of the layers that each method makes, read off its operator's depth maps. */
class LayerOriginsTest {
  private static final Ligo LIGO = Ligo.create();

  private static Map<String, LayerOrigins> origins(
      GrowthMethod method, int from, int to, Optional<Integer> hidden) {
    JsonObject gpt2 = new JsonObject();
    gpt2.addProperty("model_type", "gpt2");
    gpt2.addProperty("vocab_size", 11);
    gpt2.addProperty("n_embd", 8);
    gpt2.addProperty("n_layer", from);
    gpt2.addProperty("n_head", 2);
    gpt2.addProperty("n_positions", 6);
    ModelSpec<?> small = LIGO.model(gpt2).withHead("causal-lm");
    Sizes deeper = Sizes.SAME.withLayers(to);
    Sizes sizes = hidden.map(deeper::withHidden).orElse(deeper);
    return LayerOrigins.of(method.operator(new GrowthPlan(small, small.resized(sizes)), 3));
  }

  private static LayerOrigins expected(String sources, String inserted) {
    return new LayerOrigins(
        Arrays.stream(sources.split(" "))
            .map(s -> s.equals("-") ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(s)))
            .toList(),
        inserted.equals("none")
            ? Set.of()
            : Stream.of(inserted.split(" ")).map(Integer::valueOf).collect(Collectors.toSet()));
  }

  @ParameterizedTest
  @CsvSource({
    "copy, 2, 4, 0 1 - -, 2 3",
    "stack, 2, 5, 0 1 0 1 0, 2 3 4",
    "interpolation, 2, 4, 0 0 1 1, 1 3",
    "mslt, 3, 5, 0 1 2 1 2, 3 4",
    "fpi, 2, 5, 0 1 0 1 1, 2 3 4",
    "aki, 2, 4, 0 1 0 1, 2 3",
    "net2net, 2, 4, 0 - 1 -, 1 3",
    "lemon, 2, 5, 0 0 1 1 1, 1 3 4",
    "llama-pro, 2, 3, 0 1 1, 2",
    "llama-pro, 2, 4, 0 0 1 1, 1 3",
    "slices, 2, 4, 0 1 0 1, 2 3",
    "slices, 3, 5, 0 1 2 1 2, 3 4",
    "staged, 2, 4, 0 0 1 1, 1 3",
    "ligo, 2, 4, 0 1 0 1, 2 3",
    "ligo, 2, 2, 0 1, none",
  })
  void ofEachMethod(String method, int from, int to, String sources, String inserted) {
    assertThat(origins(LIGO.method(method), from, to, Optional.empty()))
        .isEqualTo(Map.of("transformer.h", expected(sources, inserted)));
  }

  /** Also where a layer takes rows of the next one, or has others in a larger width. */
  @ParameterizedTest
  @CsvSource({
    "aki, 0 1 0 1, 2 3",
    "fpi, 0 1 0 1, 2 3",
    "lemon, 0 0 1 1, 1 3",
    "net2net, 0 - 1 -, 1 3",
    "ligo, 0 1 0 1, 2 3",
  })
  void whereTheModelWidensToo(String method, String sources, String inserted) {
    assertThat(origins(LIGO.method(method), 2, 4, Optional.of(12)))
        .isEqualTo(Map.of("transformer.h", expected(sources, inserted)));
  }

  @Test
  void ofLigoAsTheMethodThatItBeginsAs() {
    GrowthMethod ligo = LIGO.method("ligo");
    GrowthMethod begun = ligo.with(ligo.values().parse("start", "llama-pro"), LIGO::method);
    assertThat(origins(begun, 2, 4, Optional.empty()))
        .isEqualTo(Map.of("transformer.h", expected("0 0 1 1", "1 3")));
  }

  @Test
  void widerModelsHaveNothingInserted() {
    assertThat(origins(LIGO.method("hypercloning"), 2, 2, Optional.of(16)))
        .isEqualTo(Map.of("transformer.h", expected("0 1", "none")));
  }
}
