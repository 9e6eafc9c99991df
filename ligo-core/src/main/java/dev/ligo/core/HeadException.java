package dev.ligo.core;

import dev.ligo.api.LigoException;

/** A checkpoint without the head that a task needs, or with one for other labels. */
public final class HeadException extends LigoException {
  private static final long serialVersionUID = 1L;

  private final boolean finetuned;

  /**
   * Creates an error with its message.
   *
   * @param finetuned whether fine-tuning gives such a head, and pretraining otherwise
   */
  HeadException(String message, boolean finetuned) {
    super(message);
    this.finetuned = finetuned;
  }

  /** {@return whether fine-tuning gives a model such a head; pretraining does otherwise} */
  public boolean isFinetuned() {
    return finetuned;
  }
}
