package dev.ligo.backend.tf;

import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import dev.ligo.api.Shape;
import dev.ligo.api.TensorSpec;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.tensorflow.internal.c_api.TFE_Context;
import org.tensorflow.internal.c_api.TF_Graph;

/** The graph of one program for one signature, while it is made. */
final class Trace implements AutoCloseable {
  /** Larger constants are seldom made twice, and long to compare. */
  private static final int COMPARED_BYTES = 64;

  private record Constant(TensorSpec spec, ByteBuffer bytes) {}

  /** A node that is being described. */
  final class Operation {
    private final String operation;
    private final Graphs.Description description;
    private final List<Output> inputs = new ArrayList<>();
    private final @Nullable Tape recorder;

    private Operation(String operation, @Nullable Tape recorder) {
      this.operation = operation;
      this.recorder = recorder;
      description = new Graphs.Description(graph, operation, "n" + names++);
      if (awaited != null && !operation.equals("Const")) {
        description.after(awaited.node());
      }
    }

    Operation in(Handle... inputs) {
      for (Handle input : inputs) {
        description.in(taken(input));
      }
      return this;
    }

    Operation in(List<? extends Handle> list) {
      description.in(list.stream().map(this::taken).toList());
      return this;
    }

    private Output taken(Handle input) {
      Output output = (Output) input;
      inputs.add(output);
      return recorder == null ? output : recorder.input(operation, output);
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

    Operation with(String attribute, String value) {
      description.attribute(attribute, value);
      return this;
    }

    /** Has it wait for another one. */
    Operation after(Node other) {
      description.after(other);
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
      Node node = description.finish();
      if (recorder != null) {
        recorder.record(operation, node, inputs);
      }
      return node;
    }
  }

  private final TF_Graph graph = Graphs.newGraph();
  private int names;
  private final Map<Constant, Output> constants = new HashMap<>();
  private @Nullable Output awaited;
  private @Nullable Tape tape;

  Operation operation(String operation) {
    return new Operation(operation, tape);
  }

  /** Returns an operation that no tape records: its gradient is given, or not needed. */
  Operation unrecorded(String operation) {
    return new Operation(operation, null);
  }

  Output input(TensorSpec spec) {
    return operation("Placeholder").with("dtype", spec.dtype()).with("shape", spec.shape()).make();
  }

  Output identity(Handle x) {
    return operation("Identity").in(x).make();
  }

  Output cast(Handle x, DType to) {
    return operation("Cast").in(x).with("DstT", to).make();
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

  Shape shape(Handle x) {
    return Graphs.shape(graph, (Output) x);
  }

  /** Returns the dtype of an array that is floating. */
  DType floating(Handle x) {
    return Graphs.floating((Output) x);
  }

  // Differentiation.

  /** Traces a loss, and returns its gradients for the variables that it depends on. */
  Map<Output, Output> differentiated(List<Output> variables, Supplier<Output> loss) {
    Tape outer = tape;
    tape = new Tape(this, variables);
    try {
      return tape.gradients(loss);
    } finally {
      tape = outer;
    }
  }

  /** Returns whether a loss is traced that will be differentiated. */
  boolean isRecording() {
    return tape != null && tape.isRecording();
  }

  /** Returns a value whose gradients are given; see {@link Tape#part}. */
  Output part(Output value, List<Handle> inputs, Function<Output, List<Output>> gradients) {
    return tape == null
        ? value
        : tape.part(value, inputs.stream().map(Output.class::cast).toList(), gradients);
  }

  /** Returns the result of a region, which is traced again on the way back of a loss. */
  Handle recomputed(Supplier<Handle> region) {
    return tape == null ? region.get() : tape.recomputed(region);
  }

  /** Returns TensorFlow's own gradients for what outputs of a node depend on. */
  List<Output> gradients(List<Output> ys, List<Output> dys, List<Output> xs) {
    return Graphs.gradients(graph, ys, dys, xs);
  }

  /**
   * Makes nodes that wait for another one. They are computed then, also where equal ones that don't
   * wait are there, which the engine would take for the same.
   */
  <R> R after(Output other, Supplier<R> body) {
    Output outer = awaited;
    awaited = other;
    try {
      return body.get();
    } finally {
      awaited = outer;
    }
  }

  /** Makes what was traced a function of a context. */
  void define(TFE_Context context, String name, List<Output> inputs, List<Output> outputs) {
    Graphs.define(context, name, graph, inputs, outputs);
  }

  @Override
  public void close() {
    Graphs.delete(graph);
  }
}
