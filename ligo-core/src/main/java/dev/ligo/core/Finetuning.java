package dev.ligo.core;

import dev.ligo.api.Backend;
import dev.ligo.api.HostArray;
import dev.ligo.core.checkpoint.FileDType;
import dev.ligo.core.data.BatchSource;
import dev.ligo.core.data.DataException;
import dev.ligo.core.data.DataRequest;
import dev.ligo.core.data.HeldOut;
import dev.ligo.core.data.LabelledExamples;
import dev.ligo.core.data.ProgressListener;
import dev.ligo.core.data.Split;
import dev.ligo.core.io.ArraysOnDemand;
import dev.ligo.core.model.Classification;
import dev.ligo.core.model.Dialect;
import dev.ligo.core.model.Labels;
import dev.ligo.core.model.ModelSpec;
import dev.ligo.core.train.TrainingOptions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Fits a model to labelled examples: a whole model with a classifier on it, which tells the data's
 * classes apart. A head for the same classes is kept; else a fresh one of their number takes its
 * place, and other heads are left out. Of equal examples only one is trained on, and none that is
 * held out.
 */
public final class Finetuning {
  private static final String NUMBER = "[-+]?\\d*\\.?\\d+(?:[eE][-+]?\\d+)?";

  /**
   * What is fitted.
   *
   * @param model the model
   * @param values gives the values for it with another head, some of them fresh
   * @param dialect the layout of its files
   * @param withHead that layout where a head joins
   * @param provenance where the values come from
   */
  record Source(
      ModelSpec<?> model, Values values, Dialect dialect, Dialect withHead, Provenance provenance) {
    Source(Checkpoint c) {
      this(c.model(), c::values, c.dialect(), c.dialectWithHead(), Provenance.of(c));
    }

    Source(ModelSpec<?> model, Map<String, HostArray> values) {
      this(
          model,
          (headed, fresh, seed) -> complete(headed, values, fresh, seed),
          model.dialect(),
          model.dialect(),
          Provenance.unknown());
    }

    private static Map<String, HostArray> complete(
        ModelSpec<?> model, Map<String, HostArray> values, Predicate<String> fresh, long seed) {
      Map<String, HostArray> initial =
          model.initialValuesOnDemand(values.values().iterator().next().dtype(), seed);
      return new ArraysOnDemand(
          initial.keySet(),
          n -> values.containsKey(n) && !fresh.test(n) ? values.get(n) : initial.get(n));
    }
  }

  /** Gives the values of a model's parameters. */
  interface Values {
    Map<String, HostArray> of(ModelSpec<?> model, Predicate<String> fresh, long seed);
  }

  private final Training training;
  private final Classes classes;
  private final Batches batches;
  private final DataRequest data;

  /**
   * What became of the head.
   *
   * @param labels the classes
   * @param fresh whether the head is fresh
   */
  private record Classes(Labels labels, boolean fresh) {}

  /** The examples, what is to be known of them, and batches of them. */
  private record Batches(
      Split split, List<String> notes, BatchSource train, Optional<BatchSource> held) {}

  private Finetuning(Training training, Classes classes, Batches batches, DataRequest data) {
    this.training = training;
    this.classes = classes;
    this.batches = batches;
    this.data = data;
  }

  static Finetuning of(Source source, String task, DataRequest data, HeldOut held, long seed) {
    return of(source, source.model(), task, data, held, seed);
  }

  private static <C> Finetuning of(
      Source source, ModelSpec<C> model, String task, DataRequest data, HeldOut held, long seed) {
    Classification<C> reader = model.classification(task);
    LabelledExamples all = reader.examples(model.config(), data);
    Labels found = new Labels(all.labels());
    check(found, all, data);
    Labels had = reader.labels(model.config());
    boolean fresh = !had.areThoseOf(found) || !model.hasHead(task);
    if (!fresh) {
      had.requireSingleLabel();
    }
    ModelSpec<C> headed = model.withLabels(task, fresh ? found : had, data).withHeadAlone(task);
    Set<String> head = fresh ? headed.headParameters(task) : Set.of();
    Training training =
        new Training(
            TrainingStart.of(
                headed.forTask(task),
                () -> source.values().of(headed, head::contains, seed),
                fresh ? source.withHead() : source.dialect(),
                source.provenance(),
                "fine-tuning begins without an optimizer's state."));
    Classification<C> classifier = headed.classification(task);
    DataRequest toEvaluate = data.toEvaluate(held.paths());
    Split split =
        held.paths().isEmpty()
            ? Split.of(all, held.share(), seed)
            : Split.of(all, classifier.examples(headed.config(), toEvaluate));
    if (split.train().size() == 0) {
      throw new DataException(
          "training on "
              + data.paths()
              + ": all "
              + all.size()
              + " examples are held out; give other data to measure on, or a smaller share.");
    }
    DataRequest heldFrom = held.paths().isEmpty() ? data : toEvaluate;
    BatchSource train = classifier.batches(headed.config(), split.train(), data);
    Optional<BatchSource> evaluation =
        split.held().size() == 0
            ? Optional.empty()
            : Optional.of(classifier.batches(headed.config(), split.held(), toEvaluate));
    training.data(data, train);
    if (held.paths().isEmpty()) {
      training.heldOutShare(held.share());
    }
    evaluation.ifPresent(batches -> training.evaluateOn(heldFrom, batches));
    return new Finetuning(
        training,
        new Classes(classifier.labels(headed.config()), fresh),
        new Batches(split, notes(all, split.held()), train, evaluation),
        data);
  }

  private static List<String> notes(LabelledExamples all, LabelledExamples held) {
    return Stream.concat(all.notes().stream(), held.notes().stream()).toList();
  }

  /** Refuses what is no data of a few classes. */
  private static void check(Labels found, LabelledExamples all, DataRequest data) {
    if (found.size() < 2) {
      throw new DataException(
          "reading labelled examples from "
              + data.paths()
              + ": expected two classes or more, found "
              + (found.size() == 0 ? "none" : "'" + found + "' alone")
              + " in "
              + all.size()
              + " examples; name the column of the labels, or give more data.");
    }
    if (found.size() > 2 && found.size() > all.size() / 2) {
      throw new DataException(
          "reading labelled examples from "
              + data.paths()
              + ": expected a class for each example, found "
              + found.size()
              + (found.names().stream().allMatch(n -> n.matches(NUMBER))
                      ? " different numbers in %d examples, such as %s; regression is not trained here:"
                          + " use the Python tools, or name the column of the classes."
                      : " different labels in %d examples, such as '%s'; name the column of the"
                          + " classes.")
                  .formatted(all.size(), found.names().get(0)));
    }
  }

  /** {@return the classes, in the order of their ids} */
  public Labels labels() {
    return classes.labels();
  }

  /** {@return whether the head is fresh, since the model had none for these classes} */
  public boolean freshHead() {
    return classes.fresh();
  }

  /** {@return the examples that are trained on and held out} */
  public Split split() {
    return batches.split();
  }

  /** {@return what is to be known of how the examples were read} */
  public List<String> notes() {
    return batches.notes();
  }

  /** {@return how many batches cover the examples that are trained on once} */
  public long batchesPerEpoch() {
    return batches.train().batchesPerPass();
  }

  /** {@return what was asked of the task to train on} */
  public DataRequest data() {
    return data;
  }

  /** {@return the run on the {@linkplain #data data}, to be followed, continued and saved} */
  public Training training() {
    return training;
  }

  /**
   * Sets what the parameters are stored as, see {@link Training#dtype}.
   *
   * @param dtype the floating-point type
   * @return this fine-tuning
   * @throws dev.ligo.api.IllegalUseException if it is not a floating-point type
   */
  public Finetuning dtype(FileDType dtype) {
    training.dtype(dtype);
    return this;
  }

  /**
   * Trains without saving anything, and returns the metrics on what is held out, an empty map if
   * nothing is.
   *
   * @param backend the backend to compute on
   * @param options how to train
   * @param listener follows the work, and may cancel it
   * @return the metrics by name
   * @throws dev.ligo.core.train.TrainingException if the loss is not finite
   * @throws dev.ligo.api.CancelledException if the work is cancelled
   */
  public Map<String, Double> measure(
      Backend backend, TrainingOptions options, ProgressListener listener) {
    return training.trained(
        backend,
        options,
        listener,
        trainer ->
            batches.held().isEmpty()
                ? Map.of()
                : new LinkedHashMap<>(trainer.measure(batches.held().get(), listener)));
  }
}
