package dev.ligo.core.model;

import dev.ligo.api.LigoException;

/** A configuration that lacks a key, contradicts itself, or asks for what is not computed. */
public final class ConfigException extends LigoException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates an error with its message.
   *
   * @param message what was being done, what was expected, what was found and what to try
   */
  public ConfigException(String message) {
    super(message);
  }
}
