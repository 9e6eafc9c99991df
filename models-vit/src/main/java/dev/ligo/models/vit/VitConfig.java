package dev.ligo.models.vit;

import dev.ligo.core.model.Activation;
import dev.ligo.core.model.Dimensions;
import dev.ligo.core.model.Labels;
import dev.ligo.core.model.Resampling;
import dev.ligo.models.vit.image.Preprocessing;

/**
 * The configuration of ViT (Dosovitskiy et al., ICLR 2021) and DeiT (Touvron et al., ICML 2021).
 *
 * @param dimensions layers, hidden size, heads and feed-forward width
 * @param image the images and their patches
 * @param activation the feed-forward activation
 * @param epsilon what layer preprocessing adds to the variance: 1e-12 in transformers, 1e-6 in timm
 * @param hiddenDropout the rate at which hidden units are dropped in training
 * @param attentionDropout the rate at which attention probabilities are dropped in training
 * @param initializerRange the standard deviation with which weights begin
 * @param qkvBias whether queries, keys and values have a bias
 * @param labels the classes, none for an encoder alone
 * @param preprocessing how pictures become inputs, unless a file beside the model says otherwise
 * @param timm whether the config is in timm's layout
 */
record VitConfig(
    Dimensions dimensions,
    ImageShape image,
    Activation activation,
    double epsilon,
    double hiddenDropout,
    double attentionDropout,
    double initializerRange,
    boolean qkvBias,
    Labels labels,
    Preprocessing preprocessing,
    boolean timm)
    implements VisionConfig {
  VitConfig withDimensions(Dimensions other) {
    return new VitConfig(
        other,
        image,
        activation,
        epsilon,
        hiddenDropout,
        attentionDropout,
        initializerRange,
        qkvBias,
        labels,
        preprocessing,
        timm);
  }

  VitConfig withEpsilon(double other) {
    return new VitConfig(
        dimensions,
        image,
        activation,
        other,
        hiddenDropout,
        attentionDropout,
        initializerRange,
        qkvBias,
        labels,
        preprocessing,
        timm);
  }

  VitConfig withLabels(Labels other) {
    return new VitConfig(
        dimensions,
        image,
        activation,
        epsilon,
        hiddenDropout,
        attentionDropout,
        initializerRange,
        qkvBias,
        other,
        preprocessing,
        timm);
  }

  /** Returns how either library interpolates positions. */
  Resampling resampling() {
    return timm ? Resampling.BICUBIC_ANTIALIASED : Resampling.BICUBIC;
  }
}
