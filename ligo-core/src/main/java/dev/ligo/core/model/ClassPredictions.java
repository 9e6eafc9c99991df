package dev.ligo.core.model;

import dev.ligo.api.HostArray;
import dev.ligo.core.data.BatchSource;
import dev.ligo.core.data.Work;
import dev.ligo.core.prediction.Prediction;
import dev.ligo.core.prediction.PredictionRequest;
import dev.ligo.core.prediction.Predictions;
import dev.ligo.core.prediction.Probabilities;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/** The classes of texts or pictures. */
final class ClassPredictions implements Predictions {
  private final PredictionRequest request;
  private final List<String> inputs;
  private final Labels labels;
  private final List<BatchSource> each;
  private final Work work;

  /**
   * @param each a source of batches of each text or picture alone
   */
  ClassPredictions(PredictionRequest request, Labels labels, List<BatchSource> each) {
    this.request = request;
    this.inputs =
        Stream.concat(request.texts().stream(), request.images().stream().map(Path::toString))
            .toList();
    this.labels = labels;
    this.each = List.copyOf(each);
    this.work = new Work("classifying", request.texts().isEmpty() ? "images" : "texts", size());
  }

  /**
   * Refuses a model whose outputs are no classes.
   *
   * @throws ConfigException if it has others
   */
  static void requireClasses(PredictionRequest request, Labels labels) {
    if (labels.problem() == Labels.Problem.REGRESSION) {
      throw new ConfigException(
          request.checkpoint()
              + " "
              + labels.head()
              + ": what it predicts are values and no classes, and they are not shown here. Use the"
              + " Python tools, or the library, where they are the model's logits.");
    }
  }

  @Override
  public int size() {
    return inputs.size();
  }

  @Override
  public Prediction compute(int number, Function<Map<String, HostArray>, HostArray> logits) {
    work.begin(request.progress());
    HostArray row = logits.apply(each.get(number).batch(0));
    Probabilities classes =
        labels.problem() == Labels.Problem.MULTI_LABEL_CLASSIFICATION
            ? Probabilities.logistic(row, 0)
            : Probabilities.softmax(row, 0, 1);
    work.done(request.progress(), number + 1);
    return new Prediction.Classes(
        inputs.get(number), classes.best(labels.size(), labels.names()::get));
  }
}
