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
   * @param training whether dropout applies
   */
  public ForwardContext(Tensors t, NamedTensors tensors, boolean training) {
    this.t = t;
    this.tensors = tensors;
    this.training = training;
  }

  /** Returns what makes constants. */
  public Tensors t() {
    return t;
  }

  /**
   * Returns an array of the batch.
   *
   * @throws dev.ligo.api.UnknownNameException if there is none of the name
   */
  public Tensor get(String name) {
    return tensors.get(name);
  }

  /** Returns whether there is an array of the name. */
  public boolean has(String name) {
    return tensors.has(name);
  }

  /** Returns whether dropout applies. */
  public boolean training() {
    return training;
  }

  /** Applies dropout in training, nothing otherwise. */
  public Tensor dropout(Tensor x, double rate) {
    return x.dropout(dropoutRate(rate));
  }

  /** Returns a rate in training, 0 otherwise. */
  public double dropoutRate(double rate) {
    return training ? rate : 0;
  }
}
