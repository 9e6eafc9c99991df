package com.example.guice;

import com.google.inject.Guice;
import dev.ligo.api.Backend;
import dev.ligo.api.Backends;
import dev.ligo.api.Computation;
import dev.ligo.api.DeviceArray;
import dev.ligo.api.HostArray;
import dev.ligo.api.Shape;
import dev.ligo.core.Checkpoint;
import dev.ligo.core.Ligo;
import dev.ligo.core.LigoModule;
import dev.ligo.core.model.Sizes;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

/** Grows a checkpoint and computes on the backend that the last argument names. */
public final class Main {
  private final Ligo ligo;
  private final Backend backend;

  @Inject
  Main(Ligo ligo, Backend backend) {
    this.ligo = ligo;
    this.backend = backend;
  }

  /** Takes a checkpoint directory, one to be written, and a backend's name. */
  public static void main(String[] arguments) {
    try (Backend backend = Backends.open(arguments[2])) {
      Guice.createInjector(new LigoModule(backend))
          .getInstance(Main.class)
          .run(Path.of(arguments[0]), Path.of(arguments[1]));
    }
  }

  private void run(Path source, Path destination) {
    try (Checkpoint small = ligo.open(source);
        Computation c = backend.compile((t, in) -> in.map((name, x) -> x.matmul(x)));
        DeviceArray x = backend.array(HostArray.of(Shape.of(2, 2), 1.0, 2.0, 3.0, 4.0));
        DeviceArray y = c.run(Map.of("x", x)).get("x")) {
      ligo.grow(small, "fpi").to(Sizes.SAME.withLayers(4)).backend(backend).save(destination);
      System.out.println(backend.name() + " " + Arrays.toString(y.toHost().toDoubles()));
    }
  }
}
