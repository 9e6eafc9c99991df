package dev.ligo.testkit;

import dev.ligo.api.Backend;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
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

  private static Stream<DynamicNode> tests(Backend backend, List<OperationCase> cases) {
    return cases.stream()
        .collect(Collectors.groupingBy(OperationCase::operation))
        .entrySet()
        .stream()
        .sorted(java.util.Map.Entry.comparingByKey())
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
