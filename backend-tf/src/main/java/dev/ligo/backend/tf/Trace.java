package dev.ligo.backend.tf;

import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import dev.ligo.api.Shape;
import dev.ligo.api.TensorSpec;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.tensorflow.internal.c_api.TFE_Context;
import org.tensorflow.internal.c_api.TF_Graph;

/** The graph of one program for one signature, while it is made. */
final class Trace implements AutoCloseable {
  /** Larger constants are seldom made twice, and long to compare. */
  private static final int COMPARED_BYTES = 64;

  /** Operations whose results are constants for differentiation, whatever they are made of. */
  private static final Set<String> CONSTANT =
      Set.of("ArgMax", "Equal", "Less", "LessEqual", "StopGradient");

  private record Constant(TensorSpec spec, ByteBuffer bytes) {}

  /** A node that is being described. */
  final class Operation {
    private final Tf.Description description;
    private final boolean constant;

    private Operation(String operation) {
      constant = CONSTANT.contains(operation);
      description = new Tf.Description(graph, operation, "n" + names++);
      if (awaited != null && !operation.equals("Const")) {
        description.after(awaited.node());
      }
    }

    Operation in(Handle... inputs) {
      for (Handle input : inputs) {
        description.in(input);
      }
      return this;
    }

    Operation in(List<? extends Handle> list) {
      description.in(list);
      return this;
    }

    Operation with(String attribute, DType value) {
      description.attribute(attribute, value);
      return this;
    }

    Operation with(String attribute, boolean value) {
      description.attribute(attribute, value);
      return this;
    }

    Operation with(String attribute, long value) {
      description.attribute(attribute, value);
      return this;
    }

    Operation with(String attribute, Shape value) {
      description.attribute(attribute, value);
      return this;
    }

    Operation with(String attribute, HostArray value) {
      description.attribute(attribute, value);
      return this;
    }

    Operation toBfloat16() {
      description.bfloat16("DstT");
      return this;
    }

    /** Makes the node and returns its only output, or its first. */
    Output make() {
      return node().output(0);
    }

    Node node() {
      Node node = description.finish(nodes.size(), !constant);
      nodes.add(node);
      return node;
    }
  }

  private final TF_Graph graph = Tf.newGraph();
  private final List<Node> nodes = new ArrayList<>();
  private int names;
  private final Map<Constant, Output> constants = new HashMap<>();
  private @Nullable Output awaited;

  Operation operation(String operation) {
    return new Operation(operation);
  }

  Output input(TensorSpec spec) {
    return operation("Placeholder").with("dtype", spec.dtype()).with("shape", spec.shape()).make();
  }

  Output identity(Handle x) {
    return operation("Identity").in(x).make();
  }

  /** Rounds to bfloat16, which is no dtype of an array's. */
  Output bfloat16(Handle x) {
    return operation("Cast").in(x).toBfloat16().make();
  }

  // Constants.

  /** Returns a constant; of small ones that are equal there is one. */
  Output constant(HostArray value) {
    if (value.spec().bytes() > COMPARED_BYTES) {
      return newConstant(value);
    }
    ByteBuffer copy = ByteBuffer.allocate((int) value.spec().bytes()).put(value.bytes()).flip();
    return constants.computeIfAbsent(new Constant(value.spec(), copy), c -> newConstant(value));
  }

  private Output newConstant(HostArray value) {
    return operation("Const").with("dtype", value.dtype()).with("value", value).make();
  }

  Output scalar(DType dtype, double value) {
    return constant(HostArray.scalar(dtype, value));
  }

  /** Returns the int32 vector by which operations take axes and extents. */
  Output vector(int... values) {
    return constant(HostArray.of(Shape.of(values.length), values));
  }

  Output axis(int axis) {
    return constant(HostArray.of(Shape.scalar(), axis));
  }

  Output full(TensorSpec spec, double value) {
    Output scalar = scalar(spec.dtype(), value);
    return spec.shape().rank() == 0
        ? scalar
        : operation("BroadcastTo").in(scalar, vector(spec.shape().dims())).make();
  }

  // Differentiation.

  /**
   * Returns the gradients for the variables that a value depends on: TensorFlow refuses to
   * differentiate for others. All that depends on a variable was made after it.
   *
   * @param dy the gradient for the value
   */
  Map<Output, Output> gradients(Output y, Output dy, List<Output> xs) {
    BitSet between = between(xs, y);
    List<Output> reached = xs.stream().filter(x -> isIn(between, x)).toList();
    Map<Output, Output> found = new HashMap<>();
    if (!reached.isEmpty()) {
      List<Output> gradients = Tf.gradients(graph, withAllParts(between, y), dy, reached);
      for (int i = 0; i < reached.size(); i++) {
        found.put(reached.get(i), gradients.get(i));
      }
    }
    return found;
  }

  /**
   * Makes nodes that wait for another one. They are computed then, also where equal ones that don't
   * wait are there, which the engine would take for the same.
   */
  <R> R after(Output other, Supplier<R> body) {
    awaited = other;
    try {
      return body.get();
    } finally {
      awaited = null;
    }
  }

  /** Returns the numbers of the nodes on the ways from the variables to a value. */
  private BitSet between(List<Output> xs, Output y) {
    BitSet dependent = new BitSet();
    xs.forEach(x -> dependent.set(x.node().number()));
    int first = Math.max(0, dependent.nextSetBit(0));
    for (int i = first; i < nodes.size(); i++) {
      if (nodes.get(i).differentiableInputs().stream().anyMatch(in -> isIn(dependent, in))) {
        dependent.set(i);
      }
    }
    BitSet reaching = new BitSet();
    if (isIn(dependent, y)) {
      reaching.set(y.node().number());
    }
    for (int i = nodes.size() - 1; i >= first; i--) {
      if (reaching.get(i)) {
        nodes.get(i).differentiableInputs().stream()
            .filter(in -> isIn(dependent, in))
            .forEach(in -> reaching.set(in.node().number()));
      }
    }
    return reaching;
  }

  private static boolean isIn(BitSet numbers, Output output) {
    return output.node().isTraced() && numbers.get(output.node().number());
  }

  /**
   * Returns a value that depends on every part of every split on the way, if only by a factor of 0:
   * the gradient of a split joins those of all its parts, and TensorFlow fails where one has none.
   */
  private Output withAllParts(BitSet between, Output y) {
    Set<Output> used = new HashSet<>();
    between.stream().forEach(i -> used.addAll(nodes.get(i).differentiableInputs()));
    Output value = y;
    for (Node split : between.stream().mapToObj(nodes::get).filter(n -> n.outputs() > 1).toList()) {
      for (int i = 0; i < split.outputs(); i++) {
        Output part = split.output(i);
        if (!used.contains(part)) {
          Output zeros = operation("ZerosLike").in(part).make();
          Output product = operation("Mul").in(part, zeros).make();
          Output flat = operation("Reshape").in(product, vector(-1)).make();
          Output sum = operation("Sum").in(flat, vector(0)).make();
          Output same = operation("Cast").in(sum).with("DstT", Tf.floating(y)).make();
          value = operation("AddV2").in(value, same).make();
        }
      }
    }
    return value;
  }

  /** Makes what was traced a function of a context. */
  void define(TFE_Context context, String name, List<Output> inputs, List<Output> outputs) {
    Tf.define(context, name, graph, inputs, outputs);
  }

  @Override
  public void close() {
    Tf.delete(graph);
  }
}
