package dev.ligo.it.bench;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;

/** The engine's own product of two 1024 × 1024 matrices, float32, through DJL. */
final class MatmulRate implements AutoCloseable, Runnable {
  private static final long N = 1024;
  private static final int PRODUCTS = 20;

  private final NDManager manager = Engine.getEngine("PyTorch").newBaseManager(Device.cpu());
  private final NDArray a = manager.randomUniform(-1, 1, new Shape(N, N), DataType.FLOAT32);
  private final NDArray b = manager.randomUniform(-1, 1, new Shape(N, N), DataType.FLOAT32);
  private final int threads;

  MatmulRate(Settings settings) {
    threads = settings.threads();
  }

  /** Makes a few products. */
  @Override
  public void run() {
    JniUtils.setGradMode(false);
    JniUtils.setNumThreads(threads);
    for (int i = 0; i < PRODUCTS; i++) {
      a.matMul(b).close();
    }
  }

  /** Returns the floating-point operations of a run. */
  static long flops() {
    return PRODUCTS * 2 * N * N * N;
  }

  @Override
  public void close() {
    manager.close();
  }
}
