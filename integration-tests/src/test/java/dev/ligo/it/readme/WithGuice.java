package dev.ligo.it.readme;

import com.google.inject.Guice;
import com.google.inject.Injector;
import dev.ligo.api.Backend;
import dev.ligo.api.Backends;
import dev.ligo.core.Checkpoint;
import dev.ligo.core.Ligo;
import dev.ligo.core.LigoModule;
import dev.ligo.core.model.Sizes;
import jakarta.inject.Inject;
import java.nio.file.Path;

/** The README's snippet for users of Guice. */
final class WithGuice {
  private WithGuice() {}

  // README: guice
  static final class Deepening {
    private final Ligo ligo;
    private final Backend backend;

    @Inject
    Deepening(Ligo ligo, Backend backend) {
      this.ligo = ligo;
      this.backend = backend;
    }

    void run(Path source, Path destination) {
      try (Checkpoint small = ligo.open(source)) {
        ligo.grow(small, "stack").to(Sizes.SAME.withLayers(6)).backend(backend).save(destination);
      }
    }
  }

  static void deepen(Path source, Path destination) {
    try (Backend backend = Backends.open("pytorch")) {
      Injector injector = Guice.createInjector(new LigoModule(backend));
      injector.getInstance(Deepening.class).run(source, destination);
    }
  }
  // README: end
}
