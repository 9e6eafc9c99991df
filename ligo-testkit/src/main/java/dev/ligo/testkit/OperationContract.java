package dev.ligo.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ligo.api.Backend;
import dev.ligo.api.HostArray;
import dev.ligo.api.Shape;
import dev.ligo.api.Tensor;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every operation gives the values and gradients of its formula. */
interface OperationContract extends Subject {
  /** Every case on the backend's own kernels. */
  @TestFactory
  default Stream<DynamicNode> operations() {
    return tests(backend(), OperationCases.all());
  }

  /** What a backend may override, composed from its primitives. */
  @TestFactory
  default Stream<DynamicNode> compositions() {
    return tests(composed(), NetworkCases.all());
  }

  /** GELU and its approximation are two functions, 1e-4 apart at 2, not one for the other. */
  @Test
  default void theTwoGelusDiffer() {
    for (Backend subject : List.of(backend(), composed())) {
      HostArray two = HostArray.of(Shape.of(1), 2.0);
      double exact = Runs.apply(subject, Tensor::gelu, two).get(0);
      double approximate = Runs.apply(subject, Tensor::geluTanh, two).get(0);
      assertThat(approximate - exact).isBetween(9.7e-5, 9.9e-5);
    }
  }

  private static Stream<DynamicNode> tests(Backend backend, List<OperationCase> cases) {
    return cases.stream()
        .collect(Collectors.groupingBy(OperationCase::operation))
        .entrySet()
        .stream()
        .sorted(Map.Entry.comparingByKey())
        .map(
            e ->
                DynamicContainer.dynamicContainer(
                    e.getKey(), tests(backend, e.getValue().stream())));
  }

  private static Stream<DynamicTest> tests(Backend backend, Stream<OperationCase> cases) {
    return cases.flatMap(
        c ->
            c.dtypes().stream()
                .map(
                    dtype ->
                        DynamicTest.dynamicTest(
                            c.name() + " in " + dtype,
                            () -> new OperationCheck(c, dtype).run(backend))));
  }
}
