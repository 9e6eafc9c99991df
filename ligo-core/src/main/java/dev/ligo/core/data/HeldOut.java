package dev.ligo.core.data;

import java.nio.file.Path;
import java.util.List;

/**
 * What a fine-tuned model is measured on: other files, or a share of the data.
 *
 * @param paths the files
 * @param share the share of each class, where there are no files
 */
public record HeldOut(List<Path> paths, double share) {
  /**
   * Copies the paths.
   *
   * @param paths the files
   * @param share the share of each class, where there are no files
   */
  public HeldOut {
    paths = List.copyOf(paths);
  }

  /**
   * {@return other files}
   *
   * @param paths files and directories
   */
  public static HeldOut files(List<Path> paths) {
    return new HeldOut(paths, 0);
  }

  /**
   * {@return a share of the data, from 0 to below 1}
   *
   * @param share the share, at least 0 and below 1
   */
  public static HeldOut share(double share) {
    return new HeldOut(List.of(), share);
  }
}
