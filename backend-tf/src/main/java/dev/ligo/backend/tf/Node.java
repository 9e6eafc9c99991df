package dev.ligo.backend.tf;

import java.util.List;
import java.util.stream.IntStream;
import org.tensorflow.internal.c_api.TF_Operation;

/** An operation in a graph; it is equal to itself alone. */
final class Node {
  private final TF_Operation operation;
  private final int count;

  Node(TF_Operation operation, int count) {
    this.operation = operation;
    this.count = count;
  }

  TF_Operation operation() {
    return operation;
  }

  Output output(int index) {
    return new Output(this, index);
  }

  List<Output> outputs() {
    return IntStream.range(0, count).mapToObj(this::output).toList();
  }
}
