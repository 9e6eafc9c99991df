package dev.ligo.it.readme;

import dev.ligo.api.Backend;
import dev.ligo.api.Backends;
import dev.ligo.api.HostArray;
import dev.ligo.api.Shape;
import dev.ligo.core.Checkpoint;
import dev.ligo.core.Ligo;
import dev.ligo.core.data.DataRequest;
import dev.ligo.core.model.Predictor;
import dev.ligo.core.prediction.Choice;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The README's snippet about predictions, logits and hidden states. */
final class Predicting {
  private Predicting() {}

  record Predicted(Shape logits, Shape hidden, List<Choice> words) {}

  static Predicted predict(Path directory, Path text) {
    Ligo ligo = Ligo.create();
    HostArray logits;
    HostArray hidden;
    List<Choice> words;
    // README: predict
    try (Backend backend = Backends.open("pytorch");
        Checkpoint checkpoint = ligo.open(directory);
        Predictor predictor = ligo.predictor(checkpoint, backend)) {
      DataRequest request = DataRequest.training(List.of(text), directory, 8, 32);
      Map<String, HostArray> batch = predictor.batches(request).batch(0);
      logits = predictor.logits(batch); // (rows, classes)
      hidden = predictor.hiddenStates(batch); // (batch, sequence, hidden)
      words = predictor.fillMasks("The ship [MASK] slowly.").masks().get(0); // the five best
    }
    // README: end
    return new Predicted(logits.shape(), hidden.shape(), words);
  }
}
