/**
 * What models predict of single texts and pictures: continuations, words in the place of masks,
 * classes. A task makes a {@link dev.ligo.core.prediction.PredictionRequest} ready for its model.
 *
 * <pre>{@code
 * PredictionRequest request =
 *     PredictionRequest.ofTexts(Path.of("bert-small"), List.of("The ship [MASK] slowly."));
 * try (Predictions asked = model.predictions(request)) {
 *   Prediction first = asked.compute(0, predictor::logits);
 * }
 * }</pre>
 */
package dev.ligo.core.prediction;
