/**
 * What models predict of single texts and pictures: continuations, words in the place of masks,
 * classes. A task makes a {@link dev.ligo.core.prediction.PredictionRequest} ready for its model.
 */
package dev.ligo.core.prediction;
