package dev.ligo.api;

/**
 * A pure function over named tensors. It reads no host data that changes from call to call, decides
 * nothing by the values of tensors, and keeps none after it returns: a backend may apply it at each
 * run, or once for each signature of inputs.
 */
@FunctionalInterface
public interface Program {
  /**
   * {@return the outputs for the inputs}
   *
   * @param t makes constants
   * @param inputs the inputs by name
   */
  NamedTensors apply(Tensors t, NamedTensors inputs);
}
