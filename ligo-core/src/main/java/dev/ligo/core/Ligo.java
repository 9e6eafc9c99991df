package dev.ligo.core;

import com.google.gson.JsonObject;
import com.google.inject.CreationException;
import com.google.inject.Guice;
import com.google.inject.ProvisionException;
import dev.ligo.api.Backend;
import dev.ligo.api.HostArray;
import dev.ligo.api.LigoException;
import dev.ligo.api.Services;
import dev.ligo.api.UnknownNameException;
import dev.ligo.core.checkpoint.CheckpointException;
import dev.ligo.core.data.BatchSource;
import dev.ligo.core.data.DataRequest;
import dev.ligo.core.data.HeldOut;
import dev.ligo.core.data.ProgressListener;
import dev.ligo.core.growth.GrowthMethod;
import dev.ligo.core.growth.method.SlicesMethod;
import dev.ligo.core.hyperparameter.Tunable;
import dev.ligo.core.model.Architecture;
import dev.ligo.core.model.ConfigOverrides;
import dev.ligo.core.model.ModelSpec;
import dev.ligo.core.model.Predictor;
import dev.ligo.core.model.TaskModel;
import dev.ligo.core.prediction.Prediction;
import dev.ligo.core.prediction.PredictionRequest;
import dev.ligo.core.prediction.Predictions;
import dev.ligo.core.recipe.MergeRecipe;
import dev.ligo.core.train.TrainingStrategy;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * The entry point of the library: finds model families, growth methods and training strategies by
 * name, opens checkpoints, and grows, trains, fine-tunes, evaluates and runs them.
 */
public final class Ligo {
  /** What a tokenizer's file is called in a checkpoint, whatever it was called before. */
  public static final String TOKENIZER = "tokenizer.json";

  /**
   * The growth method where none is named. It takes any sizes and needs no data, and in our
   * comparisons no other such method saved more on the mean of all families.
   */
  public static final String DEFAULT_METHOD = "copy";

  private final SortedMap<String, Architecture<?>> architectures = new TreeMap<>();
  private final SortedMap<String, GrowthMethod> methods = new TreeMap<>();
  private final SortedMap<String, TrainingStrategy> strategies = new TreeMap<>();

  /** The methods by their names and aliases. */
  private final SortedMap<String, GrowthMethod> named = new TreeMap<>();

  /**
   * Creates a facade over families, methods and strategies.
   *
   * @param architectures the families
   * @param methods the growth methods
   * @param strategies the training strategies
   * @throws LigoException if two of a kind have one name, or one has a name that users could not
   *     choose it by
   */
  @Inject
  public Ligo(
      Set<Architecture<?>> architectures,
      Set<GrowthMethod> methods,
      Set<TrainingStrategy> strategies) {
    architectures.forEach(a -> put(this.architectures, a.name(), a));
    methods.forEach(m -> put(this.methods, checked(m.name(), m), m));
    strategies.forEach(s -> put(this.strategies, checked(s.name(), s), s));
    named.putAll(this.methods);
    methods.forEach(m -> m.aliases().forEach(a -> put(named, checked(a, m), m)));
  }

  private static String checked(String name, Tunable of) {
    String kind = of instanceof GrowthMethod ? "growth method" : "training strategy";
    Services.requireName(kind, name, of);
    if (Tunable.RESERVED.contains(name)) {
      throw new LigoException(
          "the %s %s is named '%s', which has a meaning of its own in comparisons; rename it."
              .formatted(kind, of.getClass().getName(), name));
    }
    return name;
  }

  private static <T> void put(SortedMap<String, T> map, String name, T value) {
    T other = map.put(name, value);
    if (other != null) {
      throw new LigoException(
          "'"
              + name
              + "' names both "
              + other.getClass().getName()
              + " and "
              + value.getClass().getName()
              + "; remove one.");
    }
  }

  /**
   * Creates a facade over everything that the module path or class path provides.
   *
   * @return the facade
   */
  public static Ligo create() {
    try {
      return Guice.createInjector(new LigoModule()).getInstance(Ligo.class);
    } catch (CreationException | ProvisionException e) {
      if (e.getCause() instanceof LigoException cause) {
        throw cause; // such as two methods of one name, without the injector's way to it
      }
      throw e;
    }
  }

  /** {@return the model families} */
  public Collection<Architecture<?>> architectures() {
    return Collections.unmodifiableCollection(architectures.values());
  }

  /** {@return the growth methods, by name; their aliases are not among them} */
  public SortedMap<String, GrowthMethod> methods() {
    return Collections.unmodifiableSortedMap(methods);
  }

  /**
   * {@return a growth method by its name or an alias}
   *
   * @param name the name or alias
   * @throws UnknownNameException if there is none of the name, with those there are
   */
  public GrowthMethod method(String name) {
    GrowthMethod m = named.get(name);
    if (m == null) {
      throw new UnknownNameException("growth method", name, named.keySet());
    }
    return m;
  }

  /** {@return the training strategies, by name} */
  public SortedMap<String, TrainingStrategy> strategies() {
    return Collections.unmodifiableSortedMap(strategies);
  }

  /**
   * {@return a training strategy, with the defaults of its hyperparameters}
   *
   * @param name the name
   * @throws UnknownNameException if there is none of the name, with those there are
   */
  public TrainingStrategy strategy(String name) {
    TrainingStrategy s = strategies.get(name);
    if (s == null) {
      throw new UnknownNameException("training strategy", name, strategies.keySet());
    }
    return s;
  }

  /**
   * Opens a checkpoint directory in the Hugging Face layout.
   *
   * @param directory the checkpoint's directory
   * @return the checkpoint, to be closed
   * @throws dev.ligo.core.checkpoint.CheckpointException if a file is missing or damaged
   * @throws dev.ligo.core.model.ConfigException if the config is refused
   */
  public Checkpoint open(Path directory) {
    return open(directory, OpenOptions.DEFAULT);
  }

  /**
   * Opens a checkpoint directory as if its config had other values: position tables are
   * interpolated to another image size, and heads for another number of labels begin afresh.
   *
   * @param directory the checkpoint's directory
   * @param overrides values in the place of the config's
   * @return the checkpoint, to be closed
   * @throws dev.ligo.core.checkpoint.CheckpointException if a file is missing or damaged
   * @throws dev.ligo.core.model.ConfigException if the configuration is refused, or would need
   *     other weights
   */
  public Checkpoint open(Path directory, ConfigOverrides overrides) {
    return open(directory, OpenOptions.DEFAULT.overrides(overrides));
  }

  /**
   * Opens a checkpoint directory in a way of one's own, such as without its heads.
   *
   * @param directory the checkpoint's directory
   * @param options how it is opened
   * @return the checkpoint, to be closed
   * @throws UnknownHeadException if its head is not computed here, and not left out
   * @throws dev.ligo.core.checkpoint.CheckpointException if a file is missing or damaged
   * @throws dev.ligo.core.model.ConfigException if the configuration is refused, or would need
   *     other weights
   */
  public Checkpoint open(Path directory, OpenOptions options) {
    return Checkpoint.open(directory, architectures.values(), options);
  }

  /**
   * {@return what a checkpoint is found to be when all of it is read} What is wrong with it is a
   * finding, and no exception.
   *
   * @param directory the checkpoint's directory
   * @param listener follows the reading, and may cancel it
   * @throws dev.ligo.api.CancelledException if the work is cancelled
   */
  public Verification verify(Path directory, ProgressListener listener) {
    return Verification.of(directory, architectures.values(), listener);
  }

  /**
   * {@return the model that a {@code config.json} describes, without heads}
   *
   * @param config the contents of a {@code config.json}
   * @throws dev.ligo.core.model.ConfigException if the config is refused
   */
  public ModelSpec<?> model(JsonObject config) {
    return model(config, ConfigOverrides.NONE);
  }

  /**
   * {@return the model that a {@code config.json} describes with other values, without heads}
   *
   * @param config the contents of a {@code config.json}
   * @param overrides values in the place of the config's
   */
  public ModelSpec<?> model(JsonObject config, ConfigOverrides overrides) {
    return model(Families.of(config, architectures.values()), config, overrides);
  }

  private static <C> ModelSpec<C> model(
      Architecture<C> architecture, JsonObject config, ConfigOverrides overrides) {
    return ModelSpec.of(architecture, overrides.applyTo(architecture, config), n -> false);
  }

  /**
   * Returns a builder for the growth of a checkpoint by {@link #DEFAULT_METHOD}.
   *
   * @param small the small model's checkpoint
   * @return the builder
   */
  public Growth grow(Checkpoint small) {
    return grow(small, DEFAULT_METHOD);
  }

  /**
   * Returns a builder for the growth of a checkpoint by a method.
   *
   * @param small the small model's checkpoint
   * @param method the name of the method
   * @return the builder
   */
  public Growth grow(Checkpoint small, String method) {
    return grow(small, method(method));
  }

  /**
   * Returns a builder for the growth of a checkpoint by a method with hyperparameters of its own.
   *
   * @param small the small model's checkpoint
   * @param method the method
   * @return the builder
   */
  public Growth grow(Checkpoint small, GrowthMethod method) {
    return new Growth(small, method);
  }

  /**
   * Returns a builder for the growth of a checkpoint by a recipe.
   *
   * @param small the small model's checkpoint, which stands for the recipe's source
   * @param recipe the recipe
   * @return the builder
   */
  public Growth grow(Checkpoint small, MergeRecipe recipe) {
    Growth growth = grow(small, new SlicesMethod(recipe.slices()));
    recipe.dtype().ifPresent(growth::computedIn);
    recipe.outDtype().ifPresent(growth::dtype);
    return growth;
  }

  /**
   * Returns a builder for the training of a checkpoint.
   *
   * @param checkpoint the checkpoint
   * @param seed what a missing head is initialized from
   * @return the builder
   */
  public Training pretrain(Checkpoint checkpoint, long seed) {
    return train(checkpoint, checkpoint.modelWithFreshHeads().pretraining(), seed);
  }

  /**
   * Returns a builder for the training of a checkpoint on one of its family's tasks.
   *
   * @param checkpoint the checkpoint
   * @param task the name of the task
   * @param seed what a missing head is initialized from
   * @return the builder
   * @throws dev.ligo.api.UnknownNameException if the family has no task of the name
   */
  public Training train(Checkpoint checkpoint, String task, long seed) {
    TaskModel<?> model = checkpoint.modelWithFreshHeads().forTask(task);
    return new Training(TrainingStart.of(checkpoint, model, seed));
  }

  /**
   * Returns a builder for the training of a model from scratch on one of its family's tasks.
   *
   * @param model the model and its task
   * @param others the files that are copied beside the model, by the names of the copies
   * @param seed what parameters are initialized from
   * @return the builder
   */
  public Training train(TaskModel<?> model, Map<String, Path> others, long seed) {
    return new Training(TrainingStart.of(model, others, seed));
  }

  /**
   * Returns a builder for the training of a model from scratch.
   *
   * @param config the {@code config.json} of the model
   * @param tokenizer the tokenizer's file, copied beside the model with what tells its class and
   *     its special tokens
   * @param seed what parameters are initialized from
   * @return the builder
   */
  public Training pretrain(JsonObject config, Path tokenizer, long seed) {
    return pretrain(model(config), Map.of(TOKENIZER, tokenizer), seed);
  }

  /**
   * Returns a builder for the training of a model from scratch.
   *
   * @param model the model, such as {@link #model(JsonObject)} gives it
   * @param others the files that are copied beside the model, by the names of the copies; with a
   *     {@link #TOKENIZER} goes what tells its class and its special tokens
   * @param seed what parameters are initialized from
   * @return the builder
   */
  public Training pretrain(ModelSpec<?> model, Map<String, Path> others, long seed) {
    return train(model.forPretraining(), others, seed);
  }

  /**
   * {@return a checkpoint as the small model of a growth, for strategies that train with it; its
   * values are read when they are asked for}
   *
   * @param directory the checkpoint's directory
   */
  public TrainingStrategy.SmallModel small(Path directory) {
    ModelSpec<?> model;
    try (Checkpoint checkpoint = open(directory)) {
      model = checkpoint.model();
    }
    return new TrainingStrategy.SmallModel() {
      @Override
      public ModelSpec<?> model() {
        return model;
      }

      @Override
      public SortedMap<String, HostArray> values() {
        try (Checkpoint checkpoint = open(directory)) {
          return checkpoint.values();
        }
      }
    };
  }

  /**
   * Reads labelled data and fits a checkpoint's classifier to it: see {@link Finetuning}.
   *
   * @param checkpoint the checkpoint
   * @param task the name of a task with classes
   * @param data the examples to train on
   * @param held what the result is measured on
   * @param seed what a fresh head is initialized from, and a held-out share is drawn from
   * @return the builder
   * @throws LigoException if the family has no such task, the data cannot be read or does not fit
   *     the model, or is of a single class
   */
  public Finetuning finetune(
      Checkpoint checkpoint, String task, DataRequest data, HeldOut held, long seed) {
    return Finetuning.of(new Finetuning.Source(checkpoint), task, data, held, seed);
  }

  /**
   * As {@link #finetune(Checkpoint, String, DataRequest, HeldOut, long)}, of a model in memory.
   *
   * @param model the model
   * @param values the values of the model's parameters, by name
   * @param task the task's name
   * @param data the labelled data
   * @param held what is measured on
   * @param seed what random numbers are drawn from
   * @return the builder
   */
  public Finetuning finetune(
      ModelSpec<?> model,
      Map<String, HostArray> values,
      String task,
      DataRequest data,
      HeldOut held,
      long seed) {
    return Finetuning.of(new Finetuning.Source(model, values), task, data, held, seed);
  }

  /**
   * {@return the task whose head a checkpoint's config names; where it names none, the family's
   * pretraining task or, of another head alone, that head's}
   *
   * @param checkpoint the checkpoint
   */
  public String task(Checkpoint checkpoint) {
    return CheckpointEvaluation.task(checkpoint);
  }

  /**
   * Measures a checkpoint on its {@linkplain #task task}.
   *
   * @param checkpoint the checkpoint
   * @param backend the backend to compute on
   * @param data the data to measure on
   * @param batches the most batches to measure
   * @return the task's metrics, the first of which is "loss"
   * @throws HeadException if the checkpoint has no head for the task
   */
  public Map<String, Double> evaluate(
      Checkpoint checkpoint, Backend backend, DataRequest data, long batches) {
    return evaluate(checkpoint, task(checkpoint), backend, data, batches);
  }

  /**
   * Loads a checkpoint onto a backend, to compute hidden states and the logits of the task on which
   * {@link #evaluate(Checkpoint, Backend, DataRequest, long)} measures it.
   *
   * @param checkpoint the checkpoint, which may be closed afterwards
   * @param backend where the model runs; it stays its opener's to close
   * @return the predictor, to be closed before the backend
   */
  public Predictor predictor(Checkpoint checkpoint, Backend backend) {
    return predictor(checkpoint, task(checkpoint), backend);
  }

  /**
   * Loads a checkpoint onto a backend, to compute hidden states and a task's logits.
   *
   * @param checkpoint the checkpoint, which may be closed afterwards
   * @param task the name of the task; without its head, hidden states alone can be computed
   * @param backend where the model runs; it stays its opener's to close
   * @return the predictor, to be closed before the backend
   * @throws UnknownNameException if the family has no task of the name
   */
  public Predictor predictor(Checkpoint checkpoint, String task, Backend backend) {
    TaskModel<?> model = checkpoint.model().forTask(task);
    return new Predictor(backend, model, checkpoint.values(), checkpoint.path());
  }

  /**
   * Predicts of single texts or pictures by the task on which {@link #evaluate(Checkpoint, Backend,
   * DataRequest, long)} measures a checkpoint.
   *
   * @param checkpoint the checkpoint
   * @param backend gives what computes, once the texts or pictures are read and checked; it stays
   *     its opener's to close
   * @param request the texts or pictures
   * @return a prediction of each, in order
   * @throws HeadException if the checkpoint has no head for the task
   * @throws dev.ligo.core.data.DataException if they cannot be read or do not fit the model
   * @throws dev.ligo.api.CancelledException if the work is cancelled
   */
  public List<Prediction> predict(
      Checkpoint checkpoint, Supplier<Backend> backend, PredictionRequest request) {
    return predict(checkpoint, task(checkpoint), backend, request);
  }

  /**
   * Predicts of single texts or pictures by a task.
   *
   * @param checkpoint the checkpoint
   * @param task the task's name
   * @param backend gives what computes, once the texts or pictures are read and checked; it stays
   *     its opener's to close
   * @param request the texts or pictures
   * @return a prediction of each, in order
   * @throws UnknownNameException if the family has no task of the name
   * @throws HeadException if the checkpoint has no head for the task
   * @throws dev.ligo.core.data.DataException if they cannot be read or do not fit the model
   * @throws dev.ligo.api.CancelledException if the work is cancelled
   */
  public List<Prediction> predict(
      Checkpoint checkpoint, String task, Supplier<Backend> backend, PredictionRequest request) {
    TaskModel<?> model = CheckpointEvaluation.of(checkpoint, task).measured();
    try (Predictions asked = model.predictions(request);
        Predictor predictor = new Predictor(backend.get(), model, checkpoint.values())) {
      return asked.all(predictor::logits);
    }
  }

  /**
   * Measures a checkpoint on a task.
   *
   * @param checkpoint the checkpoint
   * @param task the task's name
   * @param backend the backend to compute on
   * @param data the data to measure on
   * @param batches the most batches to measure
   * @return the task's metrics, the first of which is "loss"
   * @throws UnknownNameException if the family has no task of the name
   * @throws HeadException if the checkpoint has no head for the task
   * @throws UnknownHeadException if its head has a loss that is not computed here
   * @throws CheckpointException if the loss is not finite
   * @throws dev.ligo.api.CancelledException if the work is cancelled
   */
  public Map<String, Double> evaluate(
      Checkpoint checkpoint, String task, Backend backend, DataRequest data, long batches) {
    CheckpointEvaluation evaluation = CheckpointEvaluation.scored(checkpoint, task);
    return evaluation.metrics(
        backend, evaluation.measured().batches(data), batches, data.progress());
  }

  /**
   * Measures a checkpoint on batches of a task, all of one pass through them.
   *
   * @param checkpoint the checkpoint
   * @param task the task's name
   * @param backend the backend to compute on
   * @param data batches of the task's arrays, see {@link TaskModel#batchSpecs}
   * @param listener follows the batches
   * @return the task's metrics, the first of which is "loss"
   * @throws UnknownNameException if the family has no task of the name
   * @throws HeadException if the checkpoint has no head for the task
   * @throws UnknownHeadException if its head has a loss that is not computed here
   * @throws CheckpointException if the loss is not finite
   * @throws dev.ligo.api.CancelledException if the work is cancelled
   */
  public Map<String, Double> evaluate(
      Checkpoint checkpoint,
      String task,
      Backend backend,
      BatchSource data,
      ProgressListener listener) {
    return CheckpointEvaluation.scored(checkpoint, task)
        .metrics(backend, data, data.batchesPerPass(), listener);
  }
}
