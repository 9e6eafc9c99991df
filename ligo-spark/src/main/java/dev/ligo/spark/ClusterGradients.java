package dev.ligo.spark;

import dev.ligo.core.train.GradientSource;
import dev.ligo.core.train.Gradients;
import java.io.Serializable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Computes the gradients of a step as one job, which broadcasts the variables and divides the
 * micro-batches among tasks.
 *
 * @param job the kind of job
 * @param inExecutor returns what computes gradients in an executor
 */
record ClusterGradients(Job job, Job.Shared<? extends GradientSource> inExecutor)
    implements GradientSource {
  /** A micro-batch as a task gets it. */
  record Batch(ArrayBundle arrays, long seed) implements Serializable {
    Batch(MicroBatch batch) {
      this(new ArrayBundle(batch.arrays()), batch.seed());
    }

    MicroBatch microBatch() {
      return new MicroBatch(arrays.arrays(), seed);
    }
  }

  /** Gradients on their way to the driver. */
  private static final class Sum implements Job.Sum<Sum> {
    private static final long serialVersionUID = 1;

    private final double weight;
    private final double loss;
    private final HashMap<String, Double> sums;
    private final ArrayBundle values;

    Sum(Gradients g) {
      this.weight = g.weight();
      this.loss = g.loss();
      this.sums = new HashMap<>(g.sums());
      this.values = new ArrayBundle(g.values());
    }

    Gradients gradients() {
      return new Gradients(weight, loss, Map.copyOf(sums), values.arrays());
    }

    @Override
    public Sum plus(Sum other) {
      return new Sum(gradients().plus(other.gradients()));
    }
  }

  @Override
  public Gradients gradients(Request request) {
    List<Batch> batches = request.microBatches().stream().map(Batch::new).toList();
    Job.Shared<? extends GradientSource> shared = inExecutor; // and not this, the driver's
    int variant = request.variant();
    return job.run(
            new ArrayBundle(request.variables()),
            batches,
            (mine, variables) -> {
              List<MicroBatch> own = mine.stream().map(Batch::microBatch).toList();
              return new Sum(shared.get().gradients(new Request(variant, variables.arrays(), own)));
            })
        .gradients();
  }
}
