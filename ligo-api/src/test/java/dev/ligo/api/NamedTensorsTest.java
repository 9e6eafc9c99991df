package dev.ligo.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class NamedTensorsTest {
  /** Applies a program to three scalars, "a", "b.x" and "b.y". */
  private static CostAnalysis apply(Program program) {
    TensorSpec scalar = new TensorSpec(DType.FLOAT32, Shape.scalar());
    return CostAnalysis.of(program, Map.of("a", scalar, "b.x", scalar, "b.y", scalar));
  }

  @Test
  void tensorsComeInTheOrderOfTheirNames() {
    apply(
        (t, in) -> {
          assertThat(in.names()).containsExactly("a", "b.x", "b.y");
          assertThat(in.asMap()).containsOnlyKeys("a", "b.x", "b.y");
          assertThat(in).extracting(Map.Entry::getKey).containsExactly("a", "b.x", "b.y");
          assertThat(in.size()).isEqualTo(3);
          assertThat(in.has("a")).isTrue();
          assertThat(in.has("c")).isFalse();
          return in;
        });
  }

  @Test
  void namesAreCutAndPrefixed() {
    apply(
        (t, in) -> {
          assertThat(in.under("b.").names()).containsExactly("x", "y");
          assertThat(in.under("b.").get("x")).isSameAs(in.get("b.x"));
          assertThat(in.under("z").size()).isZero();
          assertThat(in.under("b.").prefixed("c/").names()).containsExactly("c/x", "c/y");
          return in;
        });
  }

  @Test
  void additionsMakeNewTensorsAndReplaceByName() {
    apply(
        (t, in) -> {
          Tensor n = in.get("a").neg();
          assertThat(in.with("a", n).get("a")).isSameAs(n);
          assertThat(in.get("a")).isNotSameAs(n);
          NamedTensors both = in.with(NamedTensors.of("a", n).with("c", n));
          assertThat(both.names()).containsExactly("a", "b.x", "b.y", "c");
          assertThat(both.get("a")).isSameAs(n);
          assertThat(in.map((name, x) -> name.equals("a") ? n : x).get("a")).isSameAs(n);
          return in;
        });
  }

  @Test
  void theyDoNotChangeWithTheMapTheyWereMadeOf() {
    apply(
        (t, in) -> {
          Map<String, Tensor> map = new TreeMap<>(in.asMap());
          NamedTensors made = NamedTensors.of(map);
          map.clear();
          assertThat(made.size()).isEqualTo(3);
          assertThatThrownBy(() -> made.asMap().clear())
              .isInstanceOf(UnsupportedOperationException.class);
          assertThatThrownBy(() -> made.names().clear())
              .isInstanceOf(UnsupportedOperationException.class);
          return made;
        });
  }

  @Test
  void aNameThatIsNotThereIsRefused() {
    assertThatThrownBy(() -> apply((t, in) -> NamedTensors.of("y", in.get("b.z"))))
        .isInstanceOf(UnknownNameException.class)
        .hasMessage("there is no tensor named 'b.z', did you mean 'b.x'? There are a, b.x, b.y.");
    assertThatThrownBy(() -> NamedTensors.empty().get("a"))
        .isInstanceOf(UnknownNameException.class)
        .hasMessage("there is no tensor named 'a': there are none at all.");
  }
}
