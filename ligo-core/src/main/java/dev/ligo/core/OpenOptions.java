package dev.ligo.core;

import dev.ligo.core.model.ConfigOverrides;

/**
 * How a checkpoint is opened.
 *
 * @param overrides values other than the config's. The files are read as if they held such a model:
 *     position tables are interpolated to another grid of patches, and heads that have another size
 *     then are left out
 * @param dropsHead whether the heads in the files are left out, and the base model is opened alone
 */
public record OpenOptions(ConfigOverrides overrides, boolean dropsHead) {
  /** Everything as the config says, with the heads that the files hold. */
  public static final OpenOptions DEFAULT = new OpenOptions(ConfigOverrides.NONE, false);

  /**
   * {@return these options with other values in the place of the config's}
   *
   * @param other the values
   */
  public OpenOptions overrides(ConfigOverrides other) {
    return new OpenOptions(other, dropsHead);
  }

  /**
   * {@return these options with the heads left out, or not}
   *
   * @param drop whether the heads are left out
   */
  public OpenOptions dropHead(boolean drop) {
    return new OpenOptions(overrides, drop);
  }
}
