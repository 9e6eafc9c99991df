package dev.ligo.core.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class ExampleOrderTest {
  private static List<Integer> pass(ExampleOrder order, long first) {
    return IntStream.range(0, (int) order.batchesPerPass())
        .boxed()
        .flatMap(
            b -> IntStream.range(0, order.batchSize()).mapToObj(slot -> order.at(first + b, slot)))
        .toList();
  }

  @Test
  void evaluationVisitsEachExampleOnceInTheSameOrderForAnySeed() {
    ExampleOrder order = new ExampleOrder(1_003, 20, 1, false);

    List<Integer> visited = pass(order, 0);

    assertThat(visited.subList(0, 1_003))
        .containsExactlyInAnyOrderElementsOf(IntStream.range(0, 1_003).boxed().toList());
    assertThat(visited.subList(1_003, visited.size())).hasSize(17).containsOnly(ExampleOrder.NONE);
    assertThat(pass(order, order.batchesPerPass())).isEqualTo(visited);
    assertThat(pass(new ExampleOrder(1_003, 20, 2, false), 0)).isEqualTo(visited);
  }

  /** Files are often sorted by class; a few batches of them are to be of all classes. */
  @Test
  void theFirstBatchesOfAnEvaluationAreASampleOfTheWhole() {
    ExampleOrder order = new ExampleOrder(10_000, 100, 0, false);

    long firstHalf =
        pass(order, 0).subList(0, 1_000).stream().filter(example -> example < 5_000).count();

    // Hypergeometric: mean 500, standard deviation 15.
    assertThat(firstHalf).isBetween(440L, 560L);
  }

  @Test
  void trainingVisitsEachExampleOnceAPassInAnotherOrderEachTimeAndCrossesPasses() {
    ExampleOrder order = new ExampleOrder(5, 2, 1, true);
    List<Integer> drawn = IntStream.range(0, 10).map(i -> order.at(i / 2, i % 2)).boxed().toList();

    assertThat(drawn.subList(0, 5)).containsExactlyInAnyOrder(0, 1, 2, 3, 4);
    assertThat(drawn.subList(5, 10))
        .containsExactlyInAnyOrder(0, 1, 2, 3, 4)
        .isNotEqualTo(drawn.subList(0, 5));
  }
}
