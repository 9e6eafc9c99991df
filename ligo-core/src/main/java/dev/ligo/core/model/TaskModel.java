package dev.ligo.core.model;

import dev.ligo.api.CostAnalysis;
import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import dev.ligo.api.NamedTensors;
import dev.ligo.api.Program;
import dev.ligo.api.Shape;
import dev.ligo.api.Tensor;
import dev.ligo.api.TensorSpec;
import dev.ligo.api.Tensors;
import dev.ligo.core.data.BatchSource;
import dev.ligo.core.data.DataException;
import dev.ligo.core.data.DataRequest;
import dev.ligo.core.prediction.PredictionRequest;
import dev.ligo.core.prediction.Predictions;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * A model spec bound to one task: batches, logits, loss and cost, without naming the task again.
 *
 * @param spec the model, which has the head of the task where its loss is computed
 * @param task the task
 * @param <C> the configuration of the family
 */
public record TaskModel<C>(ModelSpec<C> spec, Task<C> task) {
  /** So many are counted by an int also where each has some hundred units. */
  private static final long MOST_TOKENS = 1 << 24;

  private static final String PARAMETER = "parameter/";
  private static final String BATCH = "batch/";

  /** {@return the name of the task, such as "masked-lm"} */
  public String name() {
    return task.name();
  }

  /** {@return whether the model has the head of the task} */
  public boolean hasHead() {
    return spec.hasHead(name());
  }

  /** {@return the classes that the task tells apart, if it does that} */
  public Optional<Labels> labels() {
    return task instanceof Classification<C> c
        ? Optional.of(c.labels(spec.config()))
        : Optional.empty();
  }

  /** {@return whether the task tells classes apart, and the config says that there are none} */
  public boolean lacksClasses() {
    return labels().filter(l -> l.size() == 0).isPresent();
  }

  /**
   * {@return the model with the head of the task beside those that it has, bound to the task}
   *
   * @throws ConfigException if it has no classes, of which there could be a head
   */
  public TaskModel<C> withHead() {
    if (lacksClasses()) {
      throw new ConfigException(
          "the model has no "
              + name()
              + " head, and by its config no classes for one; set their number, such as"
              + " num_classes=10, or fine-tune the model to labelled data.");
    }
    return new TaskModel<>(spec.withHead(name()), task);
  }

  /**
   * {@return this model with other sizes}
   *
   * @param sizes the sizes to change
   * @throws ConfigException if the sizes contradict each other
   */
  public TaskModel<C> resized(Sizes sizes) {
    return new TaskModel<>(spec.resized(sizes), task);
  }

  /**
   * Reads data as batches of the task.
   *
   * @param request the data, the sizes of a batch and what to draw from
   * @return the batches
   * @throws dev.ligo.core.data.DataException if the data cannot be read or does not fit the model
   */
  public BatchSource batches(DataRequest request) {
    return task.batches(spec.config(), request);
  }

  /**
   * Reads single texts or pictures of which the model is to predict, see {@link Task#predictions}.
   *
   * @param request the texts or pictures, and where the tokenizer is
   * @return what is ready for the model, to be closed
   * @throws dev.ligo.core.data.DataException if they cannot be read or do not fit the model
   */
  public Predictions predictions(PredictionRequest request) {
    return task.predictions(spec.config(), request);
  }

  /**
   * {@return the dtypes and shapes of a batch's arrays, by name}
   *
   * @param batchSize the number of examples in a batch
   * @param sequenceLength the number of tokens in an example
   * @throws DataException if a batch has more tokens than fit into memory anywhere
   */
  public Map<String, TensorSpec> batchSpecs(int batchSize, int sequenceLength) {
    if ((long) batchSize * sequenceLength > MOST_TOKENS) {
      throw new DataException(
          "a batch should have at most "
              + MOST_TOKENS
              + " tokens, found "
              + batchSize
              + " examples of "
              + sequenceLength
              + "; take fewer or shorter ones.");
    }
    return task.batchSpecs(spec.config(), batchSize, sequenceLength);
  }

  /** {@return what the speed of training counts: tokens of sequences, or examples} */
  public String unit() {
    return spec.longestSequence().isPresent() ? "tokens" : "examples";
  }

  /**
   * {@return how many {@linkplain #unit units} a batch has, padding among them}
   *
   * @param batch the batch's arrays by name
   */
  public long units(Map<String, HostArray> batch) {
    Map<String, TensorSpec> sequences = batchSpecs(2, 3); // told apart by their sizes
    if (spec.longestSequence().isPresent()) {
      for (var e : sequences.entrySet()) {
        if (e.getValue().shape().equals(Shape.of(2, 3)) && batch.containsKey(e.getKey())) {
          return batch.get(e.getKey()).size();
        }
      }
    }
    return batch.values().stream()
        .filter(a -> a.shape().rank() > 0)
        .findFirst()
        .map(a -> (long) a.shape().dim(0))
        .orElse(0L);
  }

  /**
   * Computes the task's logits inside a program.
   *
   * @param t what makes constants
   * @param parameters the parameters by name
   * @param batch the batch's arrays by name
   * @param training whether dropout applies
   * @return the logits of the task's head
   */
  public Tensor logits(Tensors t, NamedTensors parameters, NamedTensors batch, boolean training) {
    return logits(t, parameters, batch, training, StackTransform.ALL);
  }

  /**
   * Computes the task's logits inside a program, with the layers as a transform leaves them.
   *
   * @param t what makes constants
   * @param parameters the parameters by name
   * @param batch the batch's arrays by name
   * @param training whether dropout applies
   * @param transform how layers are run
   * @return the logits of the task's head
   */
  public Tensor logits(
      Tensors t,
      NamedTensors parameters,
      NamedTensors batch,
      boolean training,
      StackTransform transform) {
    Parameters w = new Parameters(t, parameters, n -> {}, transform);
    ForwardContext x = new ForwardContext(t, batch, training);
    return task.logits(w, spec.config(), spec.architecture().forward(w, spec.config(), x), x);
  }

  /**
   * Computes the task's scores inside a program, with the layers as a transform leaves them.
   *
   * @param t what makes constants
   * @param parameters the parameters by name
   * @param batch the batch's arrays by name
   * @param training whether dropout applies
   * @param transform how layers are run
   * @return logits, labels and weights, a row each
   */
  public Scores scores(
      Tensors t,
      NamedTensors parameters,
      NamedTensors batch,
      boolean training,
      StackTransform transform) {
    return scores(
        new Parameters(t, parameters, n -> {}, transform), new ForwardContext(t, batch, training));
  }

  private Scores scores(Parameters w, ForwardContext x) {
    return task.scores(w, spec.config(), spec.architecture().forward(w, spec.config(), x), x);
  }

  /**
   * Computes the task's loss inside a program.
   *
   * @param t what makes constants
   * @param parameters the parameters by name
   * @param batch the batch's arrays by name
   * @param training whether dropout applies
   * @return the loss, with sums for the metrics
   */
  public Tensors.Loss loss(
      Tensors t, NamedTensors parameters, NamedTensors batch, boolean training) {
    return loss(t, parameters, batch, training, StackTransform.ALL);
  }

  /**
   * Computes the task's loss inside a program, with the layers as a transform leaves them.
   *
   * @param t what makes constants
   * @param parameters the parameters by name
   * @param batch the batch's arrays by name
   * @param training whether dropout applies
   * @param transform how layers are run
   * @return the loss, with sums for the metrics
   */
  public Tensors.Loss loss(
      Tensors t,
      NamedTensors parameters,
      NamedTensors batch,
      boolean training,
      StackTransform transform) {
    Scores scores = scores(t, parameters, batch, training, transform);
    Tensors.Loss loss = scores.loss(t, training);
    return training
        ? loss
        : new Tensors.Loss(
            loss.value(), loss.auxiliaries().with(NamedTensors.of(task.counts(t, scores))));
  }

  /**
   * {@return the metrics of a loss's sums, see {@link Task#metrics}}
   *
   * @param sums the sums over all batches, by name
   */
  public Map<String, Double> metrics(Map<String, Double> sums) {
    return task.metrics(sums);
  }

  /** {@return the names of the parameters that the task's loss uses; the others do not train} */
  public Set<String> used() {
    Set<String> names = new TreeSet<>();
    trace(DType.FLOAT32, batchSpecs(1, 1), StackTransform.ALL, names::add);
    return names;
  }

  /** {@return the number of heads whose mean logits are the task's} */
  public int heads() {
    AtomicInteger heads = new AtomicInteger();
    analyse(
        (t, in) -> {
          Scores scores =
              scores(t, in.under(PARAMETER), in.under(BATCH), false, StackTransform.ALL);
          heads.set(scores.heads().size());
          return NamedTensors.of("logits", scores.logits());
        },
        DType.FLOAT32,
        batchSpecs(1, 1));
    return heads.get();
  }

  /**
   * {@return the shape of the task's logits, (rows, classes)}
   *
   * @param dtype that of the parameters
   * @param batch the dtypes and shapes of the batch's arrays
   */
  public Shape logitsShape(DType dtype, Map<String, TensorSpec> batch) {
    return analyse(
            (t, in) ->
                NamedTensors.of("logits", logits(t, in.under(PARAMETER), in.under(BATCH), false)),
            dtype,
            batch)
        .outputs()
        .get("logits")
        .shape();
  }

  /**
   * {@return the tokens that the loss of a batch depends on, see {@link Task#scoredTokens}}
   *
   * @param batch the batch's arrays by name
   */
  public int[] scoredTokens(Map<String, HostArray> batch) {
    return task.scoredTokens(batch);
  }

  /**
   * Runs the task's loss on shapes alone, in training.
   *
   * @param dtype that of the parameters
   * @param batch the dtypes and shapes of the batch's arrays
   * @param transform how layers are run
   * @param uses told the name of each parameter that is used, in the order of use
   */
  public void trace(
      DType dtype, Map<String, TensorSpec> batch, StackTransform transform, Consumer<String> uses) {
    analyse(
        (t, in) -> {
          Parameters w = new Parameters(t, in.under(PARAMETER), uses, transform);
          ForwardContext x = new ForwardContext(t, in.under(BATCH), true);
          return NamedTensors.of("loss", scores(w, x).loss(t, true).value());
        },
        dtype,
        batch);
  }

  /**
   * {@return the floating-point operations of the forward pass of the task's loss on one batch;
   * training takes three times as many} Of a loss that is not computed here they are those of the
   * logits, and of a model {@linkplain #lacksClasses without classes} those of its outputs.
   *
   * @param batch the dtypes and shapes of the batch's arrays
   */
  public long forwardFlops(Map<String, TensorSpec> batch) {
    return analyse(
            (t, in) -> counted(t, in.under(PARAMETER), in.under(BATCH)), DType.FLOAT32, batch)
        .flops();
  }

  private NamedTensors counted(Tensors t, NamedTensors parameters, NamedTensors batch) {
    if (lacksClasses()) {
      return spec.forward(t, parameters, batch, true);
    }
    return labels().flatMap(Labels::unscored).isPresent()
        ? NamedTensors.of("logits", logits(t, parameters, batch, true))
        : NamedTensors.of("loss", loss(t, parameters, batch, true).value());
  }

  private CostAnalysis analyse(Program program, DType dtype, Map<String, TensorSpec> batch) {
    Map<String, TensorSpec> inputs = new TreeMap<>();
    spec.parameterSpecs(dtype).forEach((n, s) -> inputs.put(PARAMETER + n, s));
    batch.forEach((n, s) -> inputs.put(BATCH + n, s));
    return CostAnalysis.of(program, inputs);
  }
}
