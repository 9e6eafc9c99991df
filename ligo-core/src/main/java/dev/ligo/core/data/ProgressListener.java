package dev.ligo.core.data;

/** Hears how far long work is. */
@FunctionalInterface
public interface ProgressListener {
  /** A listener that does nothing. */
  ProgressListener SILENT = (work, done, total, detail) -> {};

  /**
   * Hears of progress.
   *
   * @param work what is being done, such as "tokenizing"
   * @param done the units done so far
   * @param total the units in all
   * @param detail what else is worth showing, such as the loss, or nothing
   */
  void progress(String work, long done, long total, String detail);
}
