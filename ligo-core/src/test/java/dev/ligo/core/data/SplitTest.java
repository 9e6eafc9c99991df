package dev.ligo.core.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SplitTest {
  /** 300 different examples, a third of them of class b, each three times. */
  private static final LabelledExamples ALL =
      new GivenExamples(
          IntStream.range(0, 900)
              .mapToObj(i -> "text " + i % 300 + ":" + (i % 3 == 0 ? "b" : "a"))
              .toList());

  private static List<String> contents(LabelledExamples examples) {
    return IntStream.range(0, examples.size())
        .mapToObj(i -> new String(examples.content(i), StandardCharsets.UTF_8))
        .toList();
  }

  private static long count(LabelledExamples examples, String label) {
    return IntStream.range(0, examples.size()).filter(i -> examples.label(i).equals(label)).count();
  }

  @Test
  void noExampleIsInBothParts() {
    Split split = Split.of(ALL, 0.2, 1);
    assertThat(split.duplicates()).isEqualTo(600);
    Set<String> train = new TreeSet<>(contents(split.train()));
    assertThat(train).hasSize(split.train().size()).doesNotContainAnyElementsOf(held(1));
    assertThat(split.train().size() + split.held().size()).isEqualTo(300);
  }

  @Test
  void ofEachClassTheSameShareIsHeldOut() {
    Split split = Split.of(ALL, 0.2, 1);
    assertThat(count(split.held(), "b")).isEqualTo(20);
    assertThat(count(split.held(), "a")).isEqualTo(40);
    assertThat(count(split.train(), "b")).isEqualTo(80);
    assertThat(Split.of(ALL, 0, 1).held().size()).isZero();
  }

  @Test
  void ofFewExamplesOneOfTheLargestClassIsHeldOut() {
    LabelledExamples few = GivenExamples.of("1:a", "2:b", "3:b", "4:b");
    Split split = Split.of(few, 0.1, 1);
    assertThat(split.held().size()).isEqualTo(1);
    assertThat(split.held().label(0)).isEqualTo("b");
    assertThat(Split.of(few, 0, 1).held().size()).isZero();
    assertThat(Split.of(GivenExamples.of("1:a", "2:b"), 0.1, 1).held().size()).isZero();
  }

  @Test
  void theSeedDrawsThem() {
    assertThat(held(1)).isEqualTo(held(1)).isNotEqualTo(held(2));
  }

  private static Set<String> held(long seed) {
    return contents(Split.of(ALL, 0.2, seed).held()).stream().collect(Collectors.toSet());
  }

  @Test
  void whatIsHeldOutElsewhereIsNotTrainedOn() {
    LabelledExamples held = GivenExamples.of("text 7:a", "other:b");
    Split split = Split.of(ALL, held);
    assertThat(split.held()).isSameAs(held);
    assertThat(contents(split.train())).hasSize(299).doesNotContain("text 7");
  }

  @Test
  void aShareThatLeavesNothingIsRefused() {
    for (double share : new double[] {-0.1, 1, Double.NaN}) {
      assertThatThrownBy(() -> Split.of(ALL, share, 1))
          .isInstanceOf(DataException.class)
          .hasMessageContaining("below 1");
    }
  }
}
