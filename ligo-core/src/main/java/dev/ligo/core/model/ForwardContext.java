package dev.ligo.core.model;

import dev.ligo.api.NamedTensors;
import dev.ligo.api.Tensor;
import dev.ligo.api.Tensors;

/** A batch inside a program, with what a forward function needs beside parameters. */
public final class ForwardContext {
  private final Tensors t;
  private final NamedTensors tensors;
  private final boolean training;

  /**
   * Creates the batch of a program.
   *
   * @param t what makes constants
   * @param tensors the batch's arrays by name
   * @param training whether dropout applies
   */
  public ForwardContext(Tensors t, NamedTensors tensors, boolean training) {
    this.t = t;
    this.tensors = tensors;
    this.training = training;
  }

  /** {@return what makes constants} */
  public Tensors t() {
    return t;
  }

  /**
   * {@return an array of the batch}
   *
   * @param name the array's name, as the task gives it
   * @throws dev.ligo.api.UnknownNameException if there is none of the name
   */
  public Tensor get(String name) {
    return tensors.get(name);
  }

  /**
   * {@return whether there is an array of the name}
   *
   * @param name the array's name, as the task gives it
   */
  public boolean has(String name) {
    return tensors.has(name);
  }

  /** {@return whether dropout applies} */
  public boolean training() {
    return training;
  }

  /**
   * Applies dropout in training, nothing otherwise.
   *
   * @param x the tensor
   * @param rate the configured rate
   * @return the tensor, with elements dropped in training
   */
  public Tensor dropout(Tensor x, double rate) {
    return x.dropout(dropoutRate(rate));
  }

  /**
   * {@return a rate in training, 0 otherwise}
   *
   * @param rate the configured rate
   */
  public double dropoutRate(double rate) {
    return training ? rate : 0;
  }
}
