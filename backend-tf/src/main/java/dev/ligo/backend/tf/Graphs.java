package dev.ligo.backend.tf;

import static dev.ligo.backend.tf.Tf.checked;
import static org.tensorflow.internal.c_api.global.tensorflow.*;

import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import dev.ligo.api.Shape;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;
import org.tensorflow.internal.c_api.TFE_Context;
import org.tensorflow.internal.c_api.TF_Function;
import org.tensorflow.internal.c_api.TF_Graph;
import org.tensorflow.internal.c_api.TF_Operation;
import org.tensorflow.internal.c_api.TF_OperationDescription;
import org.tensorflow.internal.c_api.TF_Output;
import org.tensorflow.internal.c_api.TF_Tensor;

/** TensorFlow's C API of graphs, and of the functions that they become. */
final class Graphs {
  private Graphs() {}

  static TF_Graph newGraph() {
    return TF_NewGraph();
  }

  static void delete(TF_Graph graph) {
    TF_DeleteGraph(graph);
  }

  /** A node that is being described. It is finished, or its graph deleted. */
  static final class Description {
    private final TF_OperationDescription description;

    Description(TF_Graph graph, String operation, String name) {
      description = TF_NewOperation(graph, operation, name);
    }

    Description in(Output input) {
      try (TF_Output o = outputs(List.of(input))) {
        TF_AddInput(description, o);
      }
      return this;
    }

    Description in(List<Output> list) {
      try (TF_Output o = outputs(list)) {
        TF_AddInputList(description, o, list.size());
      }
      return this;
    }

    /** Has the node wait for another. */
    Description after(Node other) {
      TF_AddControlInput(description, other.operation());
      return this;
    }

    Description attribute(String name, DType value) {
      TF_SetAttrType(description, name, DTypes.of(value));
      return this;
    }

    Description bfloat16(String name) {
      TF_SetAttrType(description, name, TF_BFLOAT16);
      return this;
    }

    Description attribute(String name, boolean value) {
      TF_SetAttrBool(description, name, (byte) (value ? 1 : 0));
      return this;
    }

    Description attribute(String name, long value) {
      TF_SetAttrInt(description, name, value);
      return this;
    }

    Description attribute(String name, String value) {
      byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
      TF_SetAttrString(description, name, new BytePointer(bytes), bytes.length);
      return this;
    }

    Description attribute(String name, Shape value) {
      long[] dims = Tf.dims(value);
      TF_SetAttrShape(description, name, dims, dims.length);
      return this;
    }

    Description attribute(String name, HostArray value) {
      TF_Tensor tensor = Tf.tensor(value);
      try {
        checked(
            status -> {
              TF_SetAttrTensor(description, name, tensor, status);
              return tensor;
            });
      } finally {
        TF_DeleteTensor(tensor);
      }
      return this;
    }

    Node finish() {
      return node(checked(status -> TF_FinishOperation(description, status)));
    }
  }

  private static Node node(TF_Operation operation) {
    return new Node(operation, TF_OperationNumOutputs(operation));
  }

  private static TF_Output outputs(List<Output> list) {
    TF_Output array = new TF_Output(list.size());
    for (int i = 0; i < list.size(); i++) {
      Output o = list.get(i);
      array.position(i).oper(o.node().operation()).index(o.index());
    }
    return array.position(0);
  }

  /** Returns the shape of an output. */
  static Shape shape(TF_Graph graph, Output output) {
    try (TF_Output o = outputs(List.of(output))) {
      int rank = checked(status -> TF_GraphGetTensorNumDims(graph, o, status));
      long[] dims = new long[rank];
      checked(
          status -> {
            TF_GraphGetTensorShape(graph, o, dims, rank, status);
            return dims;
          });
      return Shape.of(Arrays.stream(dims).mapToInt(Math::toIntExact).toArray());
    }
  }

  /** Returns the dtype of an output that is floating. */
  static DType floating(Output output) {
    try (TF_Output o = outputs(List.of(output))) {
      return TF_OperationOutputType(o) == DTypes.of(DType.FLOAT64) ? DType.FLOAT64 : DType.FLOAT32;
    }
  }

  /**
   * Adds the nodes that compute the gradients for every x, which some y depends on.
   *
   * @param dys the gradients for the ys
   */
  static List<Output> gradients(
      TF_Graph graph, List<Output> ys, List<Output> dys, List<Output> xs) {
    try (TF_Output y = outputs(ys);
        TF_Output dy = outputs(dys);
        TF_Output x = outputs(xs);
        TF_Output dx = new TF_Output(xs.size())) {
      checked(
          status -> {
            TF_AddGradients(graph, y, ys.size(), x, xs.size(), dy, status, dx);
            return dx;
          });
      List<Output> gradients = new ArrayList<>();
      for (int i = 0; i < xs.size(); i++) {
        TF_Output gradient = dx.position(i);
        gradients.add(node(gradient.oper()).output(gradient.index()));
      }
      return gradients;
    }
  }

  // Functions.

  /** Makes the nodes between inputs and outputs, each of these once and no input, a function. */
  static void define(
      TFE_Context context, String name, TF_Graph graph, List<Output> inputs, List<Output> outputs) {
    try (TF_Output in = outputs(inputs);
        TF_Output out = outputs(outputs)) {
      TF_Function function =
          checked(
              status ->
                  TF_GraphToFunction(
                      graph,
                      new BytePointer(name),
                      (byte) 0,
                      -1,
                      new PointerPointer<>((Pointer) null),
                      inputs.size(),
                      in,
                      outputs.size(),
                      out,
                      new PointerPointer<>((Pointer) null),
                      null,
                      null,
                      status));
      try {
        checked(
            status -> {
              TFE_ContextAddFunction(context, function, status);
              return function;
            });
      } finally {
        TF_DeleteFunction(function);
      }
    }
  }

  static void remove(TFE_Context context, String function) {
    checked(
        status -> {
          TFE_ContextRemoveFunction(context, function, status);
          return function;
        });
  }

  static boolean hasFunction(TFE_Context context, String name) {
    return TFE_ContextHasFunction(context, name) != 0;
  }
}
