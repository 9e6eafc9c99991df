package dev.ligo.core.hyperparameter;

import dev.ligo.api.LigoException;

/** A hyperparameter has a value that it cannot have. */
public final class HyperparameterException extends LigoException {
  private static final long serialVersionUID = 1L;

  HyperparameterException(Hyperparameter<?> hyperparameter, String found) {
    super(
        "hyperparameter '"
            + hyperparameter.name()
            + "' should be "
            + hyperparameter.domain().description()
            + ", found '"
            + found
            + "'. It is "
            + hyperparameter.help()
            + ".");
  }
}
