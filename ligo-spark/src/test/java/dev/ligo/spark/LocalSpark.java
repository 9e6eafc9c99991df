package dev.ligo.spark;

import org.apache.spark.SparkConf;

/** The Spark of the tests: on this machine alone. */
final class LocalSpark {
  /** Two tasks at once in this process. */
  static final String THREADS = "local[2]";

  /** Two executors with a core each, in processes of their own. */
  static final String EXECUTORS = "local-cluster[2,1,2048]";

  private LocalSpark() {}

  static SparkConf conf(String master) {
    return new SparkConf()
        .setMaster(master)
        .setAppName("test")
        .set("spark.ui.enabled", "false")
        .set("spark.extraListeners", StartedTasks.class.getName())
        .set("spark.driver.bindAddress", "127.0.0.1")
        .set("spark.driver.host", "127.0.0.1")
        .set("spark.executor.memory", "600m")
        // A machine that others use may stand still for minutes.
        .set("spark.network.timeout", "900s")
        .set("spark.worker.timeout", "900")
        .set("spark.executor.extraClassPath", System.getProperty("java.class.path"));
  }
}
