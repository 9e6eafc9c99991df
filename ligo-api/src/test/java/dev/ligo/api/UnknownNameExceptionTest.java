package dev.ligo.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class UnknownNameExceptionTest {
  private static String message(String name, List<String> known) {
    return new UnknownNameException("backend", name, known).getMessage();
  }

  @Test
  void theClosestNameIsSuggestedAndAllAreListed() {
    assertThat(message("pytorhc", List.of("pytorch", "tensorflow")))
        .isEqualTo(
            "there is no backend named 'pytorhc', did you mean 'pytorch'? There are pytorch,"
                + " tensorflow.");
  }

  @Test
  void nothingIsSuggestedWhereNothingIsClose() {
    assertThat(message("jax", List.of("pytorch", "tensorflow")))
        .isEqualTo("there is no backend named 'jax'; there are pytorch, tensorflow.");
  }

  @Test
  void theFirstOfEquallyCloseNamesIsSuggested() {
    assertThat(message("b", List.of("a", "c"))).contains("did you mean 'a'?");
  }

  @Test
  void lettersInTheWrongOrderAreOneMistake() {
    assertThat(message("gorw", List.of("pretrain", "grow"))).contains("did you mean 'grow'?");
    assertThat(message("gorp", List.of("pretrain", "grow"))).doesNotContain("did you mean");
  }

  @Test
  void theOnlyNameIsSaidToBeSo() {
    assertThat(message("jax", List.of("pytorch")))
        .isEqualTo("there is no backend named 'jax'; the only one is 'pytorch'.");
    assertThat(message("torch", List.of("ptorch")))
        .isEqualTo("there is no backend named 'torch', did you mean 'ptorch'?");
  }

  @Test
  void whereThereAreNoneThatIsSaid() {
    assertThat(message("pytorch", List.of()))
        .isEqualTo("there is no backend named 'pytorch': there are none at all.");
  }

  @Test
  void aLongListIsCut() {
    List<String> names = IntStream.range(0, 30).mapToObj(i -> "layer." + i).toList();
    assertThat(message("weight", names))
        .startsWith("there is no backend named 'weight'; there are layer.0, layer.1, ")
        .endsWith(", layer.23, … (30 in all).");
  }
}
