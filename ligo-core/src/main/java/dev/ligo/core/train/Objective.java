package dev.ligo.core.train;

import dev.ligo.api.NamedTensors;
import dev.ligo.api.Tensors;

/** What is minimized: a loss as a function of variables, with constants and a batch. */
@FunctionalInterface
public interface Objective {
  /**
   * {@return the loss of a batch}
   *
   * @param t what makes constants
   * @param variables what the loss is differentiated for
   * @param constants what stays as it is, such as frozen parameters
   * @param batch the arrays of the batch
   */
  Tensors.Loss loss(Tensors t, NamedTensors variables, NamedTensors constants, NamedTensors batch);
}
