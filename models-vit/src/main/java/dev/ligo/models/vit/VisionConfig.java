package dev.ligo.models.vit;

import dev.ligo.core.model.Dimensions;
import dev.ligo.core.model.Labels;
import dev.ligo.models.vit.image.Preprocessing;

/** What the configurations of all vision families have. */
interface VisionConfig {
  /** Returns layers, hidden size, heads and feed-forward width. */
  Dimensions dimensions();

  /** Returns the images that the model takes. */
  ImageShape image();

  /** Returns the classes, none for a model that tells none apart. */
  Labels labels();

  /** Returns how pictures become inputs, unless a file beside the model says otherwise. */
  Preprocessing preprocessing();
}
