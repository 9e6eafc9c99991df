package dev.ligo.spark;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerStageSubmitted;

/** Counts the tasks of each stage; Spark makes it by its name. */
public final class StartedTasks extends SparkListener {
  /** The numbers of tasks, of all applications of this process. */
  static final List<Integer> OF_STAGES = new CopyOnWriteArrayList<>();

  @Override
  public void onStageSubmitted(SparkListenerStageSubmitted stage) {
    OF_STAGES.add(stage.stageInfo().numTasks());
  }
}
