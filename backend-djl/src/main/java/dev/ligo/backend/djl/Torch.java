package dev.ligo.backend.djl;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import dev.ligo.api.HostArray;
import dev.ligo.api.TensorSpec;
import dev.ligo.api.spi.Kernels.Binary;
import dev.ligo.api.spi.Kernels.Unary;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The native operations, on handles that the current region owns: the only class that calls DJL's
 * internals, so that a new DJL is a matter of one file. DJL's public classes would not do: some of
 * their operations detach from the graph silently ({@code toType}, {@code duplicate}), others are
 * missing.
 */
final class Torch {
  /** Torch's generators are the process's: seeding and drawing go together, under this lock. */
  private static final Object GENERATOR = new Object();

  private final PtNDManager manager;
  private final Device device;
  private final Regions regions;

  /** Creates the operations of one run, whose arrays belong to a manager and lie on its device. */
  Torch(PtNDManager manager, Regions regions) {
    this.manager = manager;
    this.device = manager.getDevice();
    this.regions = regions;
  }

  boolean isOnGpu() {
    return device.isGpu();
  }

  private Handle fresh(PtNDArray array) {
    return regions.own(new Handle(array, Storage.exclusive()));
  }

  private Handle view(Handle of, PtNDArray array) {
    return regions.own(new Handle(array, of.storage()));
  }

  private static long[] dims(dev.ligo.api.Shape shape) {
    return longs(shape.dims());
  }

  private static long[] longs(int[] values) {
    long[] out = new long[values.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = values[i];
    }
    return out;
  }

  // Elementwise.

  Handle unary(Unary function, Handle x) {
    PtNDArray a = x.array();
    return fresh(
        switch (function) {
          case NEGATE -> JniUtils.neg(a);
          case ABS -> JniUtils.abs(a);
          case EXP -> JniUtils.exp(a);
          case LOG -> JniUtils.log(a);
          case SQRT -> JniUtils.sqrt(a);
          case RSQRT -> JniUtils.div(one(type(x)).array(), fresh(JniUtils.sqrt(a)).array());
          case SIN -> JniUtils.sin(a);
          case COS -> JniUtils.cos(a);
          case TANH -> JniUtils.tanh(a);
          case SIGMOID -> JniUtils.sigmoid(a);
          case ERF -> JniUtils.erf(a);
          case RELU -> JniUtils.relu(a);
          case NOT -> JniUtils.logicalNot(a);
        });
  }

  Handle binary(Binary function, Handle x, Handle y) {
    PtNDArray a = x.array();
    PtNDArray b = y.array();
    return fresh(
        switch (function) {
          case ADD -> JniUtils.add(a, b);
          case SUBTRACT -> JniUtils.sub(a, b);
          case MULTIPLY -> JniUtils.mul(a, b);
          case DIVIDE -> JniUtils.div(a, b);
          case MAXIMUM -> JniUtils.max(a, b);
          case MINIMUM -> JniUtils.min(a, b);
          case EQUAL -> JniUtils.eq(a, b);
          case LESS -> JniUtils.lt(a, b);
          case LESS_OR_EQUAL -> JniUtils.lte(a, b);
          case AND -> JniUtils.logicalAnd(a, b);
          case OR -> JniUtils.logicalOr(a, b);
        });
  }

  Handle gelu(Handle x) {
    return fresh(JniUtils.gelu(x.array()));
  }

  Handle where(Handle condition, Handle a, Handle b) {
    return fresh(JniUtils.where(condition.array(), a.array(), b.array()));
  }

  /** Converts to another dtype, outside differentiation. */
  Handle cast(Handle x, DataType type) {
    return fresh(JniUtils.to(x.array(), type, device));
  }

  // Reductions and products.

  Handle sum(Handle x, int[] axes, boolean keepAxes) {
    return fresh(JniUtils.sum(x.array(), longs(axes), keepAxes));
  }

  Handle mean(Handle x, int axis, boolean keepAxis) {
    return fresh(JniUtils.mean(x.array(), axis, keepAxis));
  }

  Handle argMax(Handle x, int axis) {
    return fresh(JniUtils.argMax(x.array(), axis, false));
  }

  Handle softmax(Handle x, int axis, DataType type) {
    return fresh(JniUtils.softmax(x.array(), axis, type));
  }

  Handle logSoftmax(Handle x, int axis, DataType type) {
    return fresh(JniUtils.logSoftmax(x.array(), axis, type));
  }

  Handle layerNorm(Handle x, int extent, Handle gamma, Handle beta, double epsilon) {
    return fresh(
        JniUtils.layerNorm(x.array(), new Shape(extent), gamma.array(), beta.array(), epsilon));
  }

  Handle matmul(Handle a, Handle b) {
    return fresh(JniUtils.matmul(a.array(), b.array()));
  }

  Handle linear(Handle x, Handle weight, Optional<Handle> bias) {
    PtNDArray b = bias.map(Handle::array).orElse(null);
    return fresh(JniUtils.linear(x.array(), weight.array(), b));
  }

  // Shapes.

  long[] shape(Handle x) {
    return x.array().getShape().getShape();
  }

  DataType type(Handle x) {
    return x.array().getDataType();
  }

  /** Returns a view where strides allow one, a copy elsewhere. */
  Handle reshape(Handle x, long... extents) {
    return view(x, JniUtils.reshape(x.array(), extents));
  }

  Handle reshape(Handle x, dev.ligo.api.Shape shape) {
    return reshape(x, dims(shape));
  }

  Handle permute(Handle x, int[] order) {
    return view(x, JniUtils.permute(x.array(), longs(order)));
  }

  /** Swaps the last two axes, without a copy. */
  Handle transpose(Handle x) {
    return view(x, JniUtils.transpose(x.array(), -1, -2));
  }

  Handle expand(Handle x, dev.ligo.api.Shape shape) {
    return view(x, JniUtils.broadcast(x.array(), new Shape(dims(shape))));
  }

  Handle slice(Handle x, int axis, int from, int to) {
    return view(x, JniUtils.slice(x.array(), axis, from, to, 1));
  }

  /** Adds zeros; {@code widths} holds (before, after) for each axis, the last axis first. */
  Handle pad(Handle x, long[] widths) {
    return fresh(JniUtils.pad(x.array(), widths, 0));
  }

  Handle concat(List<Handle> parts, int axis) {
    PtNDArray[] arrays = parts.stream().map(Handle::array).toArray(PtNDArray[]::new);
    return fresh(JniUtils.cat(arrays, axis));
  }

  List<Handle> split(Handle x, long[] extents, int axis) {
    List<Handle> parts = new ArrayList<>(extents.length);
    for (NDArray part : JniUtils.split(x.array(), extents, axis)) {
      parts.add(view(x, (PtNDArray) part));
    }
    return parts;
  }

  // Look-ups.

  /** Takes the rows of a table (rows, width). */
  Handle embedding(Handle indices, Handle table) {
    return fresh(JniUtils.embedding(indices.array(), table.array(), false));
  }

  Handle gather(Handle x, Handle indices, int axis) {
    return fresh(JniUtils.gather(x.array(), indices.array(), axis));
  }

  // Creation.

  Handle zeros(TensorSpec spec) {
    return fresh(
        JniUtils.createZerosNdArray(
            manager, new Shape(dims(spec.shape())), DTypes.of(spec), device, SparseFormat.DENSE));
  }

  Handle constant(HostArray value) {
    return fresh(upload(manager, value));
  }

  private Handle one(DataType type) {
    return fresh(
        JniUtils.createOnesNdArray(manager, new Shape(), type, device, SparseFormat.DENSE));
  }

  Handle copy(Handle x) {
    return fresh(JniUtils.clone(x.array()));
  }

  /** Draws on the host for the host, and on a GPU with torch's generator: a copy costs more. */
  Handle dropoutMask(double rate, long seed, long place, TensorSpec spec) {
    if (!device.isGpu()) {
      DropoutMask mask = new DropoutMask(rate, seed, place);
      return fresh(fill(manager, spec, to -> mask.fill(spec.dtype(), to)));
    }
    Handle ones = expand(one(DTypes.of(spec)), spec.shape());
    synchronized (GENERATOR) {
      JniUtils.setSeed(DropoutMask.seed(seed, place));
      return fresh(JniUtils.dropout(ones.array(), rate, true));
    }
  }

  // Differentiation.

  /** Returns the same memory outside the graph. */
  Handle detach(Handle x) {
    return view(x, JniUtils.detachGradient(x.array()));
  }

  /** Returns the same memory as a new variable, so that gradients never add to an old one's. */
  Handle variable(Handle x) {
    Handle leaf = detach(x);
    JniUtils.attachGradient(leaf.array(), true);
    return leaf;
  }

  /** Returns the scalar 1 of a handle's dtype. */
  Handle one(Handle like) {
    return one(type(like));
  }

  /** Walks back from a value, which adds to each variable's gradient and may keep the graph. */
  void backward(Handle value, Handle gradient, boolean keepsGraph) {
    JniUtils.backward(value.array(), gradient.array(), keepsGraph, false);
  }

  /** Returns a variable's gradient, unless no value depended on it. */
  Optional<Handle> gradient(Handle variable) {
    PtNDArray gradient = JniUtils.getGradient(variable.array());
    // Two variables may be given one memory: for a + b.reshape(…) they are.
    return Optional.ofNullable(gradient).map(g -> regions.own(new Handle(g, Storage.shared())));
  }

  // TorchScript.

  /** Runs a function of one result, inside the graph. */
  Handle call(PtSymbolBlock function, Handle... arguments) {
    NDList list = new NDList(arguments.length);
    for (Handle a : arguments) {
      list.add(a.array());
    }
    // true: what runs is recorded
    return fresh((PtNDArray) IValueUtils.forward(function, list, true).singletonOrThrow());
  }

  /** Runs a function of a list that has one result, outside of any graph. */
  Handle compute(PtSymbolBlock function, List<Handle> list) {
    return fresh((PtNDArray) invoke(function, List.of(list), List.of()).singletonOrThrow());
  }

  /** Runs a function that overwrites the arrays of its first list and returns them. */
  List<Handle> update(
      PtSymbolBlock function,
      List<Handle> overwritten,
      List<Handle> others,
      List<Handle> arguments) {
    List<Handle> results = new ArrayList<>();
    for (NDArray result : invoke(function, List.of(overwritten, others), arguments)) {
      results.add(view(overwritten.get(results.size()), (PtNDArray) result));
    }
    return results;
  }

  /** Runs a function of lists and of single arguments after them, outside of any graph. */
  private NDList invoke(PtSymbolBlock function, List<List<Handle>> lists, List<Handle> arguments) {
    List<IValue> values = new ArrayList<>();
    try {
      for (List<Handle> list : lists) {
        values.add(IValue.listFrom(list.stream().map(Handle::array).toArray(PtNDArray[]::new)));
      }
      arguments.forEach(a -> values.add(IValue.from(a.array())));
      try (IValue result = function.forward(values.toArray(IValue[]::new))) {
        return result.toNDList(manager);
      }
    } finally {
      values.forEach(IValue::close);
    }
  }

  /** Loads a TorchScript archive; the function lives as long as the manager. */
  static PtSymbolBlock load(PtNDManager manager, byte[] archive) {
    try {
      return JniUtils.loadModule(manager, new ByteArrayInputStream(archive), false, false);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Returns how many GPUs torch can use, where it is built for CUDA. DJL would ask a CUDA runtime
   * that it looks for by itself, and it knows nothing of one that lies among torch's libraries.
   */
  static int gpus(Engine engine) {
    try (PtNDManager manager = (PtNDManager) engine.newBaseManager(Device.cpu());
        NDArray any = manager.zeros(new Shape(1))) {
      PtSymbolBlock count =
          load(
              manager,
              TorchScript.archive(
                  "(x: Tensor) -> Tensor", "return torch.full([1], ops.cuda.device_count())"));
      return (int) IValueUtils.forward(count, new NDList(any), false).head().getLong(0);
    }
  }

  // Memory.

  /** Returns a new array with a copy of the host's bytes, which may lie at any alignment. */
  static PtNDArray upload(PtNDManager manager, HostArray value) {
    return fill(manager, value.spec(), to -> to.put(value.bytes()));
  }

  /** Returns a new array whose bytes are written on the host. */
  private static PtNDArray fill(PtNDManager manager, TensorSpec spec, Consumer<ByteBuffer> write) {
    Shape shape = new Shape(dims(spec.shape()));
    DataType type = DTypes.of(spec);
    Device host = Device.cpu();
    PtNDArray array = JniUtils.createEmptyNdArray(manager, shape, type, host, SparseFormat.DENSE);
    if (spec.bytes() > 0) {
      // Into torch's own memory: an array made around a Java buffer would only borrow it.
      write.accept(JniUtils.getByteBuffer(array, true));
    }
    if (!manager.getDevice().isGpu()) {
      return array;
    }
    try (array) {
      return JniUtils.to(array, type, manager.getDevice());
    }
  }

  /** Copies an array's elements, row-major, to a buffer. */
  static void download(PtNDArray array, TensorSpec spec, ByteBuffer to) {
    if (!to.hasRemaining()) {
      return;
    }
    try (NDScope copies = new NDScope()) { // DJL copies what is not contiguous, and forgets it
      copies.suppressNotUsedWarning();
      if (!array.getDevice().isGpu()) {
        to.put(JniUtils.getByteBuffer(array, true));
        return;
      }
      PtNDArray host = JniUtils.to(array, DTypes.of(spec), Device.cpu());
      to.put(JniUtils.getByteBuffer(host, true));
      host.getManager().close(); // made by DJL, for the other device
    }
  }

  // The calling thread.

  static boolean isRecording() {
    return JniUtils.isGradMode();
  }

  static void setRecording(boolean recording) {
    JniUtils.setGradMode(recording);
  }

  static int threads() {
    return JniUtils.getNumThreads();
  }

  static void setThreads(int threads) {
    JniUtils.setNumThreads(threads);
  }

  /** Whether TorchScript specialises functions to the shapes that it sees, on this thread. */
  static void setScriptOptimizer(boolean on) {
    JniUtils.setGraphExecutorOptimize(on);
  }
}
