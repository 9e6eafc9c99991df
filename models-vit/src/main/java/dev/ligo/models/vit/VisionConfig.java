package dev.ligo.models.vit;

import dev.ligo.core.model.Dimensions;
import dev.ligo.models.vit.image.Normalization;

/** What the configurations of all vision families have. */
interface VisionConfig {
  /** Returns layers, hidden size, heads and feed-forward width. */
  Dimensions dimensions();

  /** Returns the images that the model takes. */
  ImageShape image();

  /** Returns the number of classes, 0 for a model that has none. */
  int labels();

  /** Returns how pixels are normalised, unless a file beside the model says otherwise. */
  Normalization normalization();
}
