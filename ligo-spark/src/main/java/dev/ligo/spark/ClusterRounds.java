package dev.ligo.spark;

import dev.ligo.core.train.RoundSource;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Makes a round of steps as one job, which broadcasts the state and gives each worker its batches.
 *
 * @param job the kind of job
 * @param inExecutor returns what makes the steps in an executor
 */
record ClusterRounds(Job job, Job.Shared<? extends RoundSource> inExecutor) implements RoundSource {
  /** A step of one worker as its task gets it. */
  private record Step(int variant, double learningRate, ClusterGradients.Batch batch)
      implements Serializable {
    LocalStep step() {
      return new LocalStep(variant, learningRate, List.of(batch.microBatch()));
    }
  }

  /** What workers came to on its way to the driver. */
  private static final class Total implements Job.Sum<Total> {
    private static final long serialVersionUID = 1;

    private final int workers;
    private final ArrayBundle state;
    private final double[] losses;
    private final double[] norms;

    Total(Sum sum) {
      this.workers = sum.workers();
      this.state = new ArrayBundle(sum.state());
      this.losses = sum.losses().stream().mapToDouble(Double::doubleValue).toArray();
      this.norms = sum.norms().stream().mapToDouble(Double::doubleValue).toArray();
    }

    Sum sum() {
      return new Sum(workers, state.arrays(), boxed(losses), boxed(norms));
    }

    private static List<Double> boxed(double... values) {
      return IntStream.range(0, values.length).mapToObj(i -> values[i]).toList();
    }

    @Override
    public Total plus(Total other) {
      return new Total(sum().plus(other.sum()));
    }
  }

  @Override
  public Sum round(Request request) {
    Job.Shared<? extends RoundSource> shared = inExecutor; // and not this, the driver's
    long done = request.done();
    return job.run(
            new ArrayBundle(request.state()),
            workers(request.steps()),
            (mine, state) ->
                mine.stream()
                    .map(
                        steps ->
                            new Request(
                                done, state.arrays(), steps.stream().map(Step::step).toList()))
                    .map(own -> new Total(shared.get().round(own)))
                    .reduce(Total::plus)
                    .orElseThrow())
        .sum();
  }

  /** Returns the steps of each worker. */
  private static List<ArrayList<Step>> workers(List<LocalStep> steps) {
    List<ArrayList<Step>> workers = new ArrayList<>();
    for (int w = 0; w < steps.get(0).batches().size(); w++) {
      ArrayList<Step> own = new ArrayList<>();
      for (LocalStep s : steps) {
        own.add(
            new Step(
                s.variant(), s.learningRate(), new ClusterGradients.Batch(s.batches().get(w))));
      }
      workers.add(own);
    }
    return workers;
  }
}
