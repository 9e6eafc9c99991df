package dev.ligo.models.vit;

import dev.ligo.core.model.Dimensions;
import dev.ligo.core.model.Labels;
import dev.ligo.models.vit.image.Preprocessing;

/**
 * The configuration of CaiT (Touvron et al., "Going deeper with Image Transformers", ICCV 2021).
 *
 * @param dimensions layers, hidden size, heads and feed-forward width
 * @param classLayers the number of class-attention layers
 * @param classIntermediate the feed-forward width of those
 * @param image the images and their patches
 * @param initializerRange the standard deviation with which weights begin
 * @param initialScale with what LayerScale begins
 * @param qkvBias whether queries, keys and values have a bias
 * @param labels the classes, none for an encoder alone
 * @param preprocessing how pictures become inputs, unless a file beside the model says otherwise
 */
record CaitConfig(
    Dimensions dimensions,
    int classLayers,
    int classIntermediate,
    ImageShape image,
    double initializerRange,
    double initialScale,
    boolean qkvBias,
    Labels labels,
    Preprocessing preprocessing)
    implements VisionConfig {
  /** Returns the configuration with other sizes; the class attention's width keeps its ratio. */
  CaitConfig withDimensions(Dimensions other) {
    return new CaitConfig(
        other,
        classLayers,
        (int) ((long) classIntermediate * other.hidden() / dimensions.hidden()),
        image,
        initializerRange,
        initialScale,
        qkvBias,
        labels,
        preprocessing);
  }

  CaitConfig withLabels(Labels other) {
    return new CaitConfig(
        dimensions,
        classLayers,
        classIntermediate,
        image,
        initializerRange,
        initialScale,
        qkvBias,
        other,
        preprocessing);
  }
}
