/**
 * The training strategies that ligo ships, each a service and a file of its own.
 *
 * <pre>{@code
 * TrainingSetup setup =
 *     new TrainingSetup(
 *         model.batchSpecs(16, 128),
 *         List.of(new LayerDropping(0.1), new TokenDropping(0.15)),
 *         Optional.empty(),
 *         Moments.NONE);
 * }</pre>
 */
package dev.ligo.core.train.strategy;
