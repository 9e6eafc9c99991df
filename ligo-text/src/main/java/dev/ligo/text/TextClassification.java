package dev.ligo.text;

import dev.ligo.api.DType;
import dev.ligo.api.Shape;
import dev.ligo.api.TensorSpec;
import dev.ligo.core.data.BatchSource;
import dev.ligo.core.data.DataRequest;
import dev.ligo.core.data.LabelledExamples;
import dev.ligo.core.model.Classification;
import dev.ligo.core.prediction.PredictionRequest;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Classification of texts: all of it but the head.
 *
 * @param <C> the configuration of the family
 */
public interface TextClassification<C> extends Classification<C> {
  /**
   * {@return what the tokens of a batch must fit}
   *
   * @param config the family's configuration
   */
  TokenLimits limits(C config);

  /**
   * {@return what stands around a text: the classifier token and the separator, and padding}
   *
   * @param config the family's configuration
   */
  default ClassificationBatches.Form form(C config) {
    return ClassificationBatches.Form.FRAMED;
  }

  /**
   * {@return what stands around a text that is alone in its batch, which needs no padding}
   *
   * @param config the family's configuration
   */
  default ClassificationBatches.Form formOfOne(C config) {
    return form(config);
  }

  @Override
  default String name() {
    return "classification";
  }

  @Override
  default Map<String, TensorSpec> batchSpecs(C c, int batchSize, int sequenceLength) {
    TensorSpec tokens = new TensorSpec(DType.INT32, Shape.of(batchSize, sequenceLength));
    Map<String, TensorSpec> batch = new TreeMap<>();
    batch.put(ClassificationBatches.INPUT_IDS, tokens);
    batch.put(ClassificationBatches.ATTENTION_MASK, tokens);
    if (limits(c).types()) {
      batch.put(ClassificationBatches.TOKEN_TYPE_IDS, tokens);
    }
    batch.put(LABELS, new TensorSpec(DType.INT32, Shape.of(batchSize)));
    batch.put(WEIGHTS, new TensorSpec(DType.FLOAT32, Shape.of(batchSize)));
    return batch;
  }

  @Override
  default LabelledExamples examples(C c, DataRequest request) {
    return LabelledTexts.read(request.paths(), request.columns(), request.progress());
  }

  @Override
  default BatchSource batches(C c, LabelledExamples examples, DataRequest request) {
    return ClassificationBatches.open(
        examples, labels(c).ids(examples), request, limits(c), form(c));
  }

  /** Reads texts; one that is longer than the model has positions for is cut. */
  @Override
  default List<BatchSource> unlabelled(C c, PredictionRequest request) {
    LabelledTexts texts = LabelledTexts.unlabelled(request.textsAlone());
    DataRequest each =
        DataRequest.of(List.of(), request.checkpoint())
            .batchSize(1)
            .sequenceLength(limits(c).longest())
            .shuffle(false)
            .listener(request.progress())
            .build();
    ClassificationBatches all =
        ClassificationBatches.open(texts, new int[texts.size()], each, limits(c), formOfOne(c));
    return IntStream.range(0, texts.size()).<BatchSource>mapToObj(all::only).toList();
  }
}
