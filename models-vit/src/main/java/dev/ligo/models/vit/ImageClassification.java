package dev.ligo.models.vit;

import dev.ligo.api.DType;
import dev.ligo.api.NamedTensors;
import dev.ligo.api.Shape;
import dev.ligo.api.Tensor;
import dev.ligo.api.TensorSpec;
import dev.ligo.core.data.BatchSource;
import dev.ligo.core.data.DataException;
import dev.ligo.core.data.DataRequest;
import dev.ligo.core.model.Axis;
import dev.ligo.core.model.Batch;
import dev.ligo.core.model.Layout;
import dev.ligo.core.model.Parameters;
import dev.ligo.core.model.Scores;
import dev.ligo.core.model.Task;
import dev.ligo.models.vit.image.ImageBatches;
import dev.ligo.models.vit.image.Normalization;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

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
 * @param heads the names of the linear layers, on the first tokens in their order
 */
record ImageClassification<C extends VisionConfig>(
    String name, String className, List<String> heads) implements Task<C> {
  @Override
  public void parameters(C c, Layout p) {
    Axis.Width embed = p.width("embed", c.dimensions().hidden());
    heads.forEach(h -> p.linear(h, embed, Axis.fixed(c.labels())));
  }

  /** Returns each head's logits, (batch, labels). */
  private List<Tensor> each(Parameters w, Tensor hidden) {
    List<Tensor> logits = new ArrayList<>();
    for (int i = 0; i < heads.size(); i++) {
      Tensor token = hidden.slice(1, i, i + 1).reshape(hidden.shape().dim(0), -1);
      logits.add(w.linear(heads.get(i), token));
    }
    return logits;
  }

  /** Returns the mean of the heads' logits, (batch, labels). */
  @Override
  public Tensor logits(Parameters w, C c, NamedTensors outputs, Batch x) {
    return Scores.mean(each(w, outputs.get("hidden")));
  }

  /** Returns the scores of the images, one row for each. */
  @Override
  public Scores scores(Parameters w, C c, NamedTensors outputs, Batch x) {
    List<Tensor> logits = each(w, outputs.get("hidden"));
    return new Scores(
        logits,
        x.get(ImageBatches.LABELS),
        x.get(ImageBatches.WEIGHTS).cast(logits.get(0).dtype()));
  }

  @Override
  public Map<String, Double> metrics(Map<String, Double> sums) {
    Map<String, Double> m = new LinkedHashMap<>();
    double count = sums.get("count");
    m.put("loss", sums.get("loss") / count);
    m.put("accuracy", sums.getOrDefault("correct", 0.0) / count);
    m.put("scored", count);
    return m;
  }

  /** Returns the specs of {@link ImageBatches}, which have no sequences. */
  @Override
  public Map<String, TensorSpec> batch(C c, int batchSize, int sequenceLength) {
    ImageShape image = c.image();
    Shape examples = Shape.of(batchSize);
    return Map.of(
        ImageBatches.PIXELS,
        new TensorSpec(
            DType.FLOAT32, Shape.of(batchSize, image.channels(), image.rows(), image.columns())),
        ImageBatches.LABELS,
        new TensorSpec(DType.INT32, examples),
        ImageBatches.WEIGHTS,
        new TensorSpec(DType.FLOAT32, examples));
  }

  @Override
  public BatchSource batches(C c, DataRequest request) {
    if (c.labels() < 1) {
      throw new DataException(
          "the model has no classes to tell images by; name their number, such as num_classes=10.");
    }
    ImageShape image = c.image();
    return ImageBatches.open(
        request,
        Shape.of(image.channels(), image.rows(), image.columns()),
        c.labels(),
        Normalization.of(request.tokenizer(), c.normalization()));
  }
}
