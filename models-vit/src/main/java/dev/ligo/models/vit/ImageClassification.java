package dev.ligo.models.vit;

import dev.ligo.api.DType;
import dev.ligo.api.NamedTensors;
import dev.ligo.api.Shape;
import dev.ligo.api.Tensor;
import dev.ligo.api.TensorSpec;
import dev.ligo.core.data.BatchSource;
import dev.ligo.core.data.Columns;
import dev.ligo.core.data.DataException;
import dev.ligo.core.data.DataRequest;
import dev.ligo.core.data.LabelledExamples;
import dev.ligo.core.model.Axis;
import dev.ligo.core.model.Classification;
import dev.ligo.core.model.ForwardContext;
import dev.ligo.core.model.Labels;
import dev.ligo.core.model.Layout;
import dev.ligo.core.model.Parameters;
import dev.ligo.core.model.Scores;
import dev.ligo.core.prediction.PredictionRequest;
import dev.ligo.models.vit.image.ImageBatches;
import dev.ligo.models.vit.image.Preprocessing;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.stream.IntStream;

/**
 * Image classification by a linear layer on the class token, or by one on each of the class and the
 * distillation token.
 *
 * <p>With two heads the logits are their mean, as DeiT infers, and the loss is the mean of both
 * heads' cross-entropies with the label: DeiT's hard distillation (Touvron et al., 2021, equation
 * 3) with a teacher who is always right. transformers has no loss for two heads.
 *
 * @param name the task's name
 * @param className the class of transformers with this head
 * @param layers the names of the linear layers, on the first tokens in their order
 * @param relabelled gives a configuration with other classes
 */
record ImageClassification<C extends VisionConfig>(
    String name, String className, List<String> layers, BiFunction<C, Labels, C> relabelled)
    implements Classification<C> {
  @Override
  public void parameters(C c, Layout p) {
    Axis.Width embed = p.width("embed", c.dimensions().hidden());
    layers.forEach(h -> p.linear(h, embed, Axis.fixed(c.labels().size())));
  }

  @Override
  public Labels labels(C c) {
    return c.labels();
  }

  @Override
  public C withLabels(C c, Labels labels) {
    return relabelled.apply(c, labels);
  }

  @Override
  public List<Tensor> heads(Parameters w, C c, NamedTensors outputs, ForwardContext x) {
    Tensor hidden = outputs.get("hidden");
    List<Tensor> logits = new ArrayList<>();
    for (int i = 0; i < layers.size(); i++) {
      Tensor token = hidden.slice(1, i, i + 1).reshape(hidden.shape().dim(0), -1);
      logits.add(w.linear(layers.get(i), token));
    }
    return logits;
  }

  /** Returns the mean of the heads' logits, (batch, labels). */
  @Override
  public Tensor logits(Parameters w, C c, NamedTensors outputs, ForwardContext x) {
    return Scores.mean(heads(w, c, outputs, x));
  }

  /** Returns the specs of {@link ImageBatches}, which have no sequences. */
  @Override
  public Map<String, TensorSpec> batchSpecs(C c, int batchSize, int sequenceLength) {
    ImageShape image = c.image();
    Shape examples = Shape.of(batchSize);
    return Map.of(
        ImageBatches.PIXELS,
        new TensorSpec(
            DType.FLOAT32, Shape.of(batchSize, image.channels(), image.rows(), image.columns())),
        LABELS,
        new TensorSpec(DType.INT32, examples),
        WEIGHTS,
        new TensorSpec(DType.FLOAT32, examples));
  }

  @Override
  public LabelledExamples examples(C c, DataRequest request) {
    if (!request.columns().equals(Columns.DEFAULT)) {
      throw new DataException(
          "reading images: columns of a text and a label were named, which images do not have;"
              + " leave them out.");
    }
    return ImageBatches.read(
        request.paths(),
        c.preprocessing().of(request.tokenizer()).preparation(),
        request.progress());
  }

  @Override
  public BatchSource batches(C c, LabelledExamples examples, DataRequest request) {
    return ImageBatches.of(
        examples,
        c.labels().ids(examples),
        request,
        c.image().shape(),
        c.preprocessing().of(request.tokenizer()).normalization());
  }

  /** Reads the files of pictures. */
  @Override
  public List<BatchSource> unlabelled(C c, PredictionRequest request) {
    Preprocessing preprocessing = c.preprocessing().of(request.checkpoint());
    LabelledExamples pictures =
        ImageBatches.unlabelled(
            request.imagesAlone(), preprocessing.preparation(), request.progress());
    DataRequest each =
        DataRequest.of(List.of(), request.checkpoint()).batchSize(1).shuffle(false).build();
    return IntStream.range(0, pictures.size())
        .<BatchSource>mapToObj(
            i ->
                ImageBatches.of(
                    pictures.only(i),
                    new int[1],
                    each,
                    c.image().shape(),
                    preprocessing.normalization()))
        .toList();
  }
}
