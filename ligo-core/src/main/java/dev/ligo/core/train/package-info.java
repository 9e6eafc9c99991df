/**
 * Minimizing a loss on a backend: optimizer steps as one program, schedules, the training loop with
 * evaluation, checkpoints and metrics. Learning an operator is the same loop over its factors.
 */
package dev.ligo.core.train;
