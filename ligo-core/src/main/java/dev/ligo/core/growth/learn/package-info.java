/**
 * Learns a growth operator on the large model's loss.
 *
 * <pre>{@code
 * OperatorTraining.Result learned =
 *     OperatorTraining.run(
 *         backend,
 *         plan,
 *         new LigoMethod().operator(plan, 0),
 *         "masked-lm",
 *         source::read,
 *         batches,
 *         OperatorTraining.Options.of(100, 3e-4),
 *         0,
 *         ProgressListener.SILENT);
 * GrowthOperator operator = learned.operator();
 * }</pre>
 */
package dev.ligo.core.growth.learn;
