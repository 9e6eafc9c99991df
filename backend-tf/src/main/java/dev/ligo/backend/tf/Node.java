package dev.ligo.backend.tf;

import java.util.List;
import org.tensorflow.internal.c_api.TF_Operation;

/**
 * An operation in a graph; it is equal to itself alone. Nodes that a trace made are numbered in
 * their order, inputs before users; of those that differentiation added nothing is known.
 */
final class Node {
  private static final int ADDED = -1;

  private final TF_Operation operation;
  private final List<Output> differentiableInputs;
  private final int outputs;
  private final int number;

  private Node(TF_Operation operation, List<Output> differentiableInputs, int outputs, int number) {
    this.operation = operation;
    this.differentiableInputs = differentiableInputs;
    this.outputs = outputs;
    this.number = number;
  }

  static Node traced(
      TF_Operation operation, List<Output> differentiableInputs, int outputs, int number) {
    return new Node(operation, List.copyOf(differentiableInputs), outputs, number);
  }

  static Node added(TF_Operation operation) {
    return new Node(operation, List.of(), 0, ADDED);
  }

  TF_Operation operation() {
    return operation;
  }

  /** Returns the inputs that a gradient may flow to, if they depend on a variable. */
  List<Output> differentiableInputs() {
    return differentiableInputs;
  }

  /** Returns how many outputs there are. */
  int outputs() {
    return outputs;
  }

  boolean isTraced() {
    return number != ADDED;
  }

  int number() {
    return number;
  }

  Output output(int index) {
    return new Output(this, index);
  }
}
