package dev.ligo.cli.options;

import dev.ligo.core.Checkpoint;
import dev.ligo.core.checkpoint.CheckpointException;

/** Checks the optimizer's state beside a checkpoint, for the commands that use it. */
public final class OptimizerState {
  private OptimizerState() {}

  /**
   * Checks that there is one.
   *
   * @throws CheckpointException if there is none, with how one comes to be
   */
  public static void require(Checkpoint checkpoint) {
    if (!checkpoint.hasOptimizerState()) {
      throw new CheckpointException(
          checkpoint.path(),
          "has no optimizer.safetensors with the optimizer's state; train it with ligo pretrain"
              + " --save-optimizer-state, or leave --optimizer-state out.");
    }
  }
}
