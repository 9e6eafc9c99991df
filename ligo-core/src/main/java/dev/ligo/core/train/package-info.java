/**
 * Minimizing a loss on a backend: optimizer steps as one program, schedules, the training loop with
 * evaluation, checkpoints and metrics. Learning an operator is the same loop over its factors.
 *
 * <pre>{@code
 * TrainingOptions options = TrainingOptions.builder(1000).evaluateEvery(100).build();
 * try (Trainer trainer = new Trainer(backend, model, values, options)) {
 *   trainer.run(1000, train, Optional.of(held), ProgressListener.SILENT);
 *   Map<String, HostArray> trained = trainer.values();
 * }
 * }</pre>
 */
package dev.ligo.core.train;
