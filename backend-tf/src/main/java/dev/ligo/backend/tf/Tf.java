package dev.ligo.backend.tf;

import static org.tensorflow.internal.c_api.global.tensorflow.*;

import dev.ligo.api.DType;
import dev.ligo.api.Device;
import dev.ligo.api.HostArray;
import dev.ligo.api.Shape;
import dev.ligo.api.TensorSpec;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.PointerPointer;
import org.tensorflow.internal.c_api.TFE_Context;
import org.tensorflow.internal.c_api.TFE_ContextOptions;
import org.tensorflow.internal.c_api.TFE_Op;
import org.tensorflow.internal.c_api.TFE_TensorHandle;
import org.tensorflow.internal.c_api.TF_DeviceList;
import org.tensorflow.internal.c_api.TF_Status;
import org.tensorflow.internal.c_api.TF_Tensor;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.GPUOptions;

/**
 * TensorFlow's C API of contexts and arrays. This class and {@link Graphs} are the only ones that
 * call it, so that a new TensorFlow is a matter of two files. The Java classes above it
 * (tensorflow-core-api) would not do: their eager results can't be released one by one, and they
 * hide a gradient that isn't there.
 *
 * <p>Whoever is given a context, a graph, a function or an array deletes it here, once: reading a
 * deleted one kills the process. Failures are thrown as {@link TfException}.
 */
final class Tf {
  private static final String DEVICE = "/job:localhost/replica:0/task:0/device:";

  private Tf() {}

  /** Calls a function of the API that reports in a status. */
  static <T> T checked(Function<TF_Status, T> call) {
    TF_Status status = TF_NewStatus();
    try {
      T result = call.apply(status);
      check(status);
      return result;
    } finally {
      TF_DeleteStatus(status);
    }
  }

  private static void check(TF_Status status) {
    int code = TF_GetCode(status);
    if (code != TF_OK) {
      throw new TfException(TF_Message(status).getString(), code == TF_RESOURCE_EXHAUSTED);
    }
  }

  /** Returns the version of the libraries, which the first call loads. */
  static String version() {
    return TF_Version().getString();
  }

  // Contexts.

  /** Returns a context whose operations may use some threads each; the process's first decides. */
  static TFE_Context newContext(int threads) {
    ConfigProto config =
        ConfigProto.newBuilder()
            .setIntraOpParallelismThreads(threads)
            .setInterOpParallelismThreads(threads)
            .setAllowSoftPlacement(false)
            // Otherwise it takes all of a GPU's memory, and PyTorch in the same process finds none.
            .setGpuOptions(GPUOptions.newBuilder().setAllowGrowth(true))
            .build();
    TFE_ContextOptions options = TFE_NewContextOptions();
    try (BytePointer bytes = new BytePointer(config.toByteArray())) {
      checked(
          status -> {
            TFE_ContextOptionsSetConfig(options, bytes, bytes.capacity(), status);
            return options;
          });
      // An array on the wrong device is an error; int32 lies in the host's memory everywhere.
      TFE_ContextOptionsSetDevicePlacementPolicy(options, TFE_DEVICE_PLACEMENT_SILENT_FOR_INT32);
      return checked(status -> TFE_NewContext(options, status));
    } finally {
      TFE_DeleteContextOptions(options);
    }
  }

  static void delete(TFE_Context context) {
    TFE_DeleteContext(context);
  }

  /** Returns the devices of a context, the processor first. */
  static List<Device> devices(TFE_Context context) {
    TF_DeviceList list = checked(status -> TFE_ContextListDevices(context, status));
    try {
      List<Device> devices = new ArrayList<>(List.of(Device.CPU));
      int gpus = 0;
      for (int i = 0; i < TF_DeviceListCount(list); i++) {
        int index = i;
        String type = checked(status -> TF_DeviceListType(list, index, status)).getString();
        if (type.equals("GPU")) {
          devices.add(new Device(Device.Kind.CUDA, gpus++));
        }
      }
      return devices;
    } finally {
      TF_DeleteDeviceList(list);
    }
  }

  private static String name(Device device) {
    return DEVICE + (device.kind() == Device.Kind.CPU ? "CPU:0" : "GPU:" + device.index());
  }

  // Arrays.

  /** Returns a new array with a copy of the host's bytes. */
  static TFE_TensorHandle upload(TFE_Context context, Device device, HostArray value) {
    TF_Tensor tensor = tensor(value);
    TFE_TensorHandle onHost;
    try {
      onHost = checked(status -> TFE_NewTensorHandle(tensor, status));
    } finally {
      TF_DeleteTensor(tensor); // the handle has it now
    }
    if (device.kind() == Device.Kind.CPU || value.dtype() == DType.INT32) {
      return onHost;
    }
    try {
      return checked(status -> TFE_TensorHandleCopyToDevice(onHost, context, name(device), status));
    } finally {
      delete(onHost);
    }
  }

  static TF_Tensor tensor(HostArray value) {
    TensorSpec spec = value.spec();
    long[] dims = dims(spec.shape());
    TF_Tensor tensor = TF_AllocateTensor(DTypes.of(spec.dtype()), dims, dims.length, spec.bytes());
    if (tensor == null || (TF_TensorData(tensor) == null && spec.bytes() > 0)) {
      throw new TfException("cannot allocate " + spec.bytes() + " bytes", true);
    }
    bytes(tensor, spec).put(value.bytes());
    return tensor;
  }

  /** Copies an array's elements, row-major, to a buffer. */
  static void download(TFE_TensorHandle array, TensorSpec spec, ByteBuffer to) {
    TF_Tensor tensor = checked(status -> TFE_TensorHandleResolve(array, status));
    try {
      to.put(bytes(tensor, spec));
    } finally {
      TF_DeleteTensor(tensor);
    }
  }

  private static ByteBuffer bytes(TF_Tensor tensor, TensorSpec spec) {
    return spec.bytes() == 0
        ? ByteBuffer.allocate(0)
        : TF_TensorData(tensor).capacity(spec.bytes()).asByteBuffer();
  }

  static void delete(TFE_TensorHandle array) {
    TFE_DeleteTensorHandle(array);
  }

  static long[] dims(Shape shape) {
    int[] dims = shape.dims();
    long[] out = new long[dims.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = dims[i];
    }
    return out;
  }

  // Functions.

  /** Runs a function on a device and returns its new arrays. */
  static List<TFE_TensorHandle> call(
      TFE_Context context,
      String function,
      Device device,
      List<TFE_TensorHandle> inputs,
      int outputs) {
    TF_Status status = TF_NewStatus();
    TFE_Op op = TFE_NewOp(context, function, status);
    try (PointerPointer<TFE_TensorHandle> results = new PointerPointer<>(outputs);
        IntPointer count = new IntPointer(1)) {
      check(status);
      TFE_OpSetDevice(op, name(device), status);
      check(status);
      for (TFE_TensorHandle input : inputs) {
        TFE_OpAddInput(op, input, status);
        check(status);
      }
      TFE_Execute(op, results, count.put(outputs), status);
      check(status);
      List<TFE_TensorHandle> arrays = new ArrayList<>(outputs);
      for (int i = 0; i < outputs; i++) {
        arrays.add(results.get(TFE_TensorHandle.class, i));
      }
      return arrays;
    } finally {
      if (op != null) {
        TFE_DeleteOp(op);
      }
      TF_DeleteStatus(status);
    }
  }
}
