package dev.ligo.it.readme;

import dev.ligo.api.Backend;
import dev.ligo.api.Backends;
import dev.ligo.api.HostArray;
import dev.ligo.api.Shape;
import dev.ligo.core.Checkpoint;
import dev.ligo.core.Ligo;
import dev.ligo.core.data.DataRequest;
import dev.ligo.core.model.Predictor;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The README's snippet about logits and hidden states. */
final class Predicting {
  private Predicting() {}

  static List<Shape> predict(Path directory, Path text) {
    Ligo ligo = Ligo.create();
    HostArray logits;
    HostArray hidden;
    // README: predict
    try (Backend backend = Backends.open("pytorch");
        Checkpoint checkpoint = ligo.open(directory);
        Predictor predictor = ligo.predictor(checkpoint, backend)) {
      DataRequest request = DataRequest.training(List.of(text), directory, 8, 32);
      Map<String, HostArray> batch = predictor.batches(request).batch(0);
      logits = predictor.logits(batch); // (rows, classes)
      hidden = predictor.hiddenStates(batch); // (batch, sequence, hidden)
    }
    // README: end
    return List.of(logits.shape(), hidden.shape());
  }
}
