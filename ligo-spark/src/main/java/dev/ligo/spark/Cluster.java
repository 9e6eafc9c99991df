package dev.ligo.spark;

import dev.ligo.cli.compare.CompareCommand;
import dev.ligo.cli.console.Console;
import dev.ligo.cli.grow.GrowCommand;
import dev.ligo.cli.pretrain.PretrainCommand;
import dev.ligo.cli.training.Machines;
import dev.ligo.core.Growth;
import dev.ligo.core.Training;
import dev.ligo.core.comparison.Comparison;
import dev.ligo.core.train.BackendGradients;
import dev.ligo.core.train.BackendRounds;
import dev.ligo.core.train.TrainingOptions;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;

/** The machines of a Spark application, which begins when a command has work for it. */
final class Cluster implements Machines, AutoCloseable {
  private static final Logger LOGGER = LoggerFactory.getLogger(Cluster.class);
  private static final String GRADIENTS = "computing gradients";

  private final SparkConf conf;
  private final ClusterChoice choice = new ClusterChoice();
  private final JobTimes times = new JobTimes();
  private final List<Workshop<?>> workshops = new ArrayList<>();
  private @Nullable JavaSparkContext spark;
  private @Nullable CommandLine line;

  /**
   * Describes the application of a command.
   *
   * @param conf what {@code spark-submit} says
   */
  Cluster(SparkConf conf) {
    this.conf = conf.setIfMissing("spark.app.name", ClusterCommand.NAME);
  }

  /** Returns the commands whose work these machines do, to be executed once. */
  CommandLine line(Console console) {
    line = ClusterCommand.line(console, this, choice);
    return line;
  }

  /** Returns the words by which executors describe the work that is being done. */
  private List<String> words() {
    return ClusterWords.of(Objects.requireNonNull(line, "no command is executed"));
  }

  private Job job(String doing) {
    if (spark == null) {
      spark = new JavaSparkContext(conf);
    }
    return new Job(spark, doing, times);
  }

  /** Makes a part of a command's work in an executor. */
  private interface Opening<C, W extends AutoCloseable>
      extends Function<C, CommandWork<W>>, Serializable {}

  /** Returns what executors share of the command's work. */
  private <C, W extends AutoCloseable> Job.Shared<W> shared(Class<C> type, Opening<C, W> opening) {
    List<String> asked = words(); // and not this, which is the driver's
    Workshop<CommandWork<W>> workshop =
        new Workshop<>(() -> opening.apply(ClusterCommand.inExecutor(asked, type)));
    workshops.add(workshop);
    return () -> workshop.get().work();
  }

  @Override
  public void train(Training training, TrainingOptions options) {
    long steps = options.steps();
    Job.Shared<BackendRounds> workers =
        shared(PretrainCommand.class, c -> CommandWork.open(c.backend(), b -> c.rounds(steps, b)));
    Job.Shared<BackendGradients> gradients =
        shared(
            PretrainCommand.class, c -> CommandWork.open(c.backend(), b -> c.gradients(steps, b)));
    choice
        .rounds(new ClusterRounds(job("training for a round"), workers))
        .ifPresentOrElse(
            training::rounds,
            () -> training.gradients(new ClusterGradients(job(GRADIENTS), gradients)));
  }

  @Override
  public void learn(Growth growth) {
    Job.Shared<BackendGradients> gradients =
        shared(GrowCommand.class, c -> CommandWork.open(c.backend(), c::gradients));
    growth.gradients(new ClusterGradients(job(GRADIENTS), gradients));
  }

  @Override
  public boolean trainSources(List<Path> directories) {
    List<String> asked = words();
    List<String> names = directories.stream().map(Path::toString).toList();
    job("training the sources")
        .each(
            names,
            name ->
                ClusterCommand.inExecutor(asked, CompareCommand.class).trainSource(Path.of(name)));
    return true;
  }

  @Override
  public Optional<Comparison.Parts> runs() {
    List<String> asked = words();
    return Optional.of(
        parts ->
            job("comparing")
                .each(
                    parts.stream().map(Run::new).toList(),
                    run ->
                        ClusterCommand.inExecutor(asked, CompareCommand.class).make(run.part())));
  }

  /**
   * A part of a comparison as a task gets it.
   *
   * @param rate the learning rate, NaN for none
   * @param target the loss to reach, NaN for none
   */
  private record Run(String candidate, long seed, double rate, double target)
      implements Serializable {
    Run(Comparison.Part part) {
      this(
          part.candidate(),
          part.seed(),
          part.rate().orElse(Double.NaN),
          part.target().orElse(Double.NaN));
    }

    Comparison.Part part() {
      return new Comparison.Part(
          candidate,
          seed,
          Double.isNaN(rate) ? Optional.empty() : Optional.of(rate),
          Double.isNaN(target) ? OptionalDouble.empty() : OptionalDouble.of(target));
    }
  }

  /** Ends the application, and what executors in this process have opened. */
  @Override
  public void close() {
    if (times.isMeasured()) {
      LOGGER.info("{}", times);
    }
    if (spark != null) {
      spark.close();
    }
    workshops.forEach(Workshop::close);
  }
}
