package dev.ligo.it.bench;

import dev.ligo.api.Backend;
import dev.ligo.api.Computation;
import dev.ligo.api.DType;
import dev.ligo.api.DeviceArray;
import dev.ligo.api.HostArray;
import dev.ligo.api.NamedTensors;
import dev.ligo.api.Shape;
import dev.ligo.core.model.Initializer;
import java.util.Map;

/** An engine's own product of two 1024 × 1024 matrices, float32; the call around it is nothing. */
final class MatmulRate implements AutoCloseable, Runnable {
  private static final int N = 1024;
  private static final int PRODUCTS = 20;

  private final Map<String, DeviceArray> factors;
  private final Computation product;

  MatmulRate(Backend backend) {
    HostArray values = new Initializer(0, 1).array(DType.FLOAT32, Shape.of(N, N), "matrix", 1);
    factors = backend.arrays(Map.of("a", values, "b", values));
    product = backend.compile((t, in) -> NamedTensors.of("c", in.get("a").matmul(in.get("b"))));
  }

  /** Makes a few products. */
  @Override
  public void run() {
    for (int i = 0; i < PRODUCTS; i++) {
      product.run(factors).get("c").close();
    }
  }

  /** Returns the floating-point operations of a run. */
  static long flops() {
    return PRODUCTS * 2L * N * N * N;
  }

  @Override
  public void close() {
    product.close();
    factors.values().forEach(DeviceArray::close);
  }
}
