package dev.ligo.core.hyperparameter;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.ligo.core.Ligo;
import dev.ligo.core.growth.GrowthMethod;
import dev.ligo.core.train.TrainingStrategy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every method and strategy that is found keeps to its declarations. */
class DeclaredHyperparametersTest {
  private static final Ligo LIGO = Ligo.create();

  static Collection<GrowthMethod> methods() {
    return LIGO.methods().values();
  }

  static Collection<TrainingStrategy> strategies() {
    return LIGO.strategies().values();
  }

  static Stream<Tunable> all() {
    return Stream.concat(methods().stream(), strategies().stream());
  }

  /** A service is made without values, and what it then has are the defaults. */
  @ParameterizedTest
  @MethodSource("all")
  void beginsWithTheDefaults(Tunable tunable) {
    assertThat(tunable.values().changed()).isEmpty();
    assertThat(tunable.hyperparameters())
        .allSatisfy(h -> assertThat(h.help()).isNotBlank().doesNotEndWith("."));
  }

  @ParameterizedTest
  @MethodSource("methods")
  void aMethodTakesEveryValue(GrowthMethod method) {
    for (Hyperparameter<?> h : method.hyperparameters()) {
      GrowthMethod other = method.with(method.values().parse(h.name(), other(h)), LIGO::method);
      assertThat(other.name()).isEqualTo(method.name());
      assertThat(other.values().changed()).containsExactly(h.name());
      assertThat(other.options()).isNotEqualTo(method.options());
    }
  }

  @ParameterizedTest
  @MethodSource("strategies")
  void aStrategyTakesEveryValue(TrainingStrategy strategy) {
    for (Hyperparameter<?> h : strategy.hyperparameters()) {
      TrainingStrategy other = strategy.with(strategy.values().parse(h.name(), other(h)));
      assertThat(other.values().changed()).containsExactly(h.name());
      assertThat(other.described()).isNotEqualTo(strategy.described());
    }
    assertThat(strategy.with(strategy.values()).described()).isEqualTo(strategy.described());
  }

  /** Returns a text of a value that is not the default. */
  private static String other(Hyperparameter<?> h) {
    List<String> candidates =
        h.domain() instanceof Domain.MethodName
            ? List.of("fpi")
            : Stream.concat(h.domain().choices().stream(), Stream.of("3", "0.75", "0-3")).toList();
    return candidates.stream()
        .filter(text -> !text.equals(h.defaultText()) && accepts(h, text))
        .findFirst()
        .orElseThrow();
  }

  private static boolean accepts(Hyperparameter<?> h, String text) {
    return h.domain().parse(text).isPresent();
  }

  @Test
  void recordsOfLigoNameItsStartsToo() {
    GrowthMethod ligo = LIGO.method("ligo");
    assertThat(ligo.options())
        .isEqualTo(
            texts(
                "form=dense",
                "sharing=shared",
                "start=own",
                "depth_start=stack",
                "depth_noise=0.0",
                "width_start=random",
                "width_noise=0.003",
                "learned=true"));
    assertThat(ligo.with(ligo.values().parse("start", "net2net"), LIGO::method).options())
        .isEqualTo(
            texts(
                "form=dense",
                "sharing=shared",
                "start=net2net",
                "start_noise=0.01",
                "width_noise=0.003",
                "learned=true"));
  }

  /** Comparisons that are done can be added to: a method is recorded as it was then. */
  @Test
  void methodsAreRecordedAsInComparisonsThatAreDone() throws IOException {
    JsonObject candidates =
        JsonParser.parseString(Files.readString(Path.of("../docs/results/gpt2/comparison.json")))
            .getAsJsonObject()
            .getAsJsonObject("candidates");
    List<String> named =
        candidates.keySet().stream().filter(n -> LIGO.methods().containsKey(n)).toList();
    assertThat(named).contains("copy", "ligo", "net2net");
    for (String name : named) {
      JsonObject recorded = new JsonObject();
      LIGO.method(name).options().forEach(recorded::addProperty);
      assertThat(candidates.getAsJsonObject(name).getAsJsonObject("options"))
          .as(name)
          .isEqualTo(recorded);
    }
  }

  private static Map<String, String> texts(String... pairs) {
    return Stream.of(pairs)
        .map(pair -> pair.split("="))
        .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
  }
}
