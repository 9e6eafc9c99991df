package com.example.plain;

import dev.ligo.api.Backend;
import dev.ligo.api.Backends;
import dev.ligo.api.Computation;
import dev.ligo.api.DeviceArray;
import dev.ligo.api.HostArray;
import dev.ligo.api.Shape;
import dev.ligo.core.Checkpoint;
import dev.ligo.core.Ligo;
import dev.ligo.core.model.Sizes;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

/** Grows a checkpoint and computes on the backend that the first argument names. */
public final class Main {
  private Main() {}

  /** Takes a backend's name, a checkpoint directory and a directory to be written. */
  public static void main(String[] arguments) {
    Ligo ligo = Ligo.create();
    try (Backend backend = Backends.open(arguments[0]);
        Checkpoint small = ligo.open(Path.of(arguments[1]))) {
      ligo.grow(small, "fpi")
          .to(Sizes.SAME.withLayers(3))
          .on(backend)
          .save(Path.of(arguments[2]));
      System.out.println(backend.name() + " " + Arrays.toString(square(backend)));
    }
  }

  private static double[] square(Backend backend) {
    try (Computation c = backend.compile((t, in) -> in.map((name, x) -> x.matmul(x)));
        DeviceArray x = backend.array(HostArray.of(Shape.of(2, 2), 1.0, 2.0, 3.0, 4.0));
        DeviceArray y = c.run(Map.of("x", x)).get("x")) {
      return y.toHost().toDoubles();
    }
  }
}
