package dev.ligo.it.readme;

import dev.ligo.api.Backend;
import dev.ligo.api.Backends;
import dev.ligo.core.Checkpoint;
import dev.ligo.core.Ligo;
import dev.ligo.core.data.DataRequest;
import dev.ligo.core.growth.learn.OperatorTraining;
import dev.ligo.core.model.Sizes;
import java.nio.file.Path;
import java.util.List;

/** The README's first snippet. */
final class QuickStart {
  private QuickStart() {}

  static void grow(Path source, Path text, Path destination) {
    // README: library
    Ligo ligo = Ligo.create();
    try (Backend backend = Backends.open("pytorch");
        Checkpoint small = ligo.open(source)) {
      ligo.grow(small, "ligo")
          .to(Sizes.SAME.withLayers(4).withHidden(96))
          .backend(backend)
          .data(DataRequest.training(List.of(text), source, 16, 64))
          .training(OperatorTraining.Options.of(20, 3e-4))
          .save(destination);
    }
    // README: end
  }
}
