package dev.ligo.spark;

import dev.ligo.api.LigoException;

/** A job of a cluster that failed as often as Spark repeats it. */
public final class ClusterException extends LigoException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates the error of a job.
   *
   * @param doing what the job did
   * @param cause what Spark says
   */
  ClusterException(String doing, Throwable cause) {
    super(doing + " on the cluster: " + reason(cause), cause);
  }

  /** Returns what was wrong in a task, where that is known, and what Spark says elsewhere. */
  private static String reason(Throwable cause) {
    for (Throwable e = cause; e != null; e = e.getCause()) {
      if (e instanceof LigoException) {
        return e.getMessage();
      }
    }
    String first = String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
    return first.replaceAll("[.:]$", "") + "; the logs of the executors have more.";
  }
}
