package dev.ligo.core.model;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import dev.ligo.api.NamedTensors;
import dev.ligo.api.Shape;
import dev.ligo.api.TensorSpec;
import dev.ligo.api.Tensors;
import dev.ligo.api.UnknownNameException;
import dev.ligo.core.data.DataRequest;
import dev.ligo.core.io.ArraysOnDemand;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Describes a model: its family, configuration and heads, as a checkpoint directory does, without
 * the values of its parameters. {@link #forTask} binds it to one task.
 *
 * @param <C> the configuration of the family
 */
public final class ModelSpec<C> {
  /** The key of the number of tokens in a config of any family that has tokens. */
  private static final String VOCABULARY = "vocab_size";

  private final Architecture<C> architecture;
  private final C config;
  private final JsonObject json;
  private final List<Task<C>> heads;
  private final Predicate<String> present;
  private final Layout layout;

  private ModelSpec(
      Architecture<C> architecture,
      C config,
      JsonObject json,
      List<Task<C>> heads,
      Predicate<String> present) {
    this.architecture = architecture;
    this.config = config;
    this.json = json;
    this.heads = List.copyOf(heads);
    this.present = present;
    this.layout = new Layout(architecture.initializerRange(config));
    architecture.parameters(config, layout);
    heads.forEach(h -> h.parameters(config, layout));
    layout.dropOptional(present);
  }

  /**
   * {@return the model of a {@code config.json}, with every head and optional parameter that a
   * checkpoint holds}
   *
   * @param <C> the family's configuration
   * @param architecture the family
   * @param json the contents of a {@code config.json}
   * @param present tells whether the checkpoint holds a parameter of a (canonical) name
   * @throws ConfigException if the configuration is refused
   */
  public static <C> ModelSpec<C> of(
      Architecture<C> architecture, JsonObject json, Predicate<String> present) {
    C config = architecture.parse(new ConfigReader(json));
    List<Task<C>> heads =
        architecture.tasks().stream()
            .filter(t -> required(architecture, config, t).allMatch(p -> present.test(p.name())))
            .toList();
    return new ModelSpec<>(architecture, config, json, heads, present);
  }

  /** Returns the parameters that a model with a task's head cannot lack, besides the encoder's. */
  private static <C> Stream<Parameter> required(
      Architecture<C> architecture, C config, Task<C> task) {
    Layout base = new Layout(0);
    architecture.parameters(config, base);
    Set<String> names =
        base.parameters().stream().map(Parameter::name).collect(Collectors.toUnmodifiableSet());
    Layout head = new Layout(0);
    architecture.parameters(config, head);
    task.parameters(config, head);
    return head.parameters().stream().filter(p -> !p.optional() && !names.contains(p.name()));
  }

  /**
   * {@return this model without the heads that have another size in another one}
   *
   * @param other the spec to compare with
   */
  public ModelSpec<C> withoutHeadsUnlike(ModelSpec<C> other) {
    Map<String, Shape> shapes = other.layout.shapes();
    List<Task<C>> alike =
        heads.stream()
            .filter(
                h ->
                    required(architecture, config, h)
                        .allMatch(p -> p.shape().equals(shapes.get(p.name()))))
            .toList();
    return new ModelSpec<>(architecture, config, json, alike, present);
  }

  /** {@return the family} */
  public Architecture<C> architecture() {
    return architecture;
  }

  /** {@return the configuration} */
  public C config() {
    return config;
  }

  /** {@return the parameters, heads included} */
  public Layout layout() {
    return layout;
  }

  /** {@return the tasks whose heads the model has} */
  public List<Task<C>> heads() {
    return heads;
  }

  /**
   * {@return a task of the family}
   *
   * @param name the task's name
   * @throws UnknownNameException if the family has none of the name
   */
  public Task<C> task(String name) {
    return architecture.tasks().stream()
        .filter(t -> t.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new UnknownNameException(
                    "task of " + architecture.name(),
                    name,
                    architecture.tasks().stream().map(Task::name).toList()));
  }

  /**
   * {@return this model bound to a task: its batches, loss, metrics and cost}
   *
   * @param name the task's name
   * @throws UnknownNameException if the family has no task of the name
   */
  public TaskModel<C> forTask(String name) {
    return new TaskModel<>(this, task(name));
  }

  /** {@return this model bound to the task that it is pretrained, grown and measured on} */
  public TaskModel<C> forPretraining() {
    return new TaskModel<>(this, architecture.pretraining(heads));
  }

  /** {@return the dialect in which a new checkpoint of the model is written} */
  public Dialect dialect() {
    return architecture.dialect(config);
  }

  /** {@return the name of the task that the model is pretrained, grown and measured on} */
  public String pretraining() {
    return architecture.pretraining(heads).name();
  }

  /**
   * {@return whether the model has the head of a task}
   *
   * @param task the task's name
   */
  public boolean hasHead(String task) {
    return heads.stream().anyMatch(h -> h.name().equals(task));
  }

  /** {@return the task of the head whose class {@code architectures} in the config names} */
  public Optional<String> namedHead() {
    JsonElement classes = json.get("architectures");
    return classes == null || !classes.isJsonArray()
        ? Optional.empty()
        : heads.stream()
            .filter(h -> classes.getAsJsonArray().contains(new JsonPrimitive(h.className())))
            .map(Task::name)
            .findFirst();
  }

  /**
   * {@return this model with the head of a task beside those that it has}
   *
   * @param task the task's name
   */
  public ModelSpec<C> withHead(String task) {
    if (hasHead(task)) {
      return this;
    }
    Task<C> added = task(task);
    List<Task<C>> all = new ArrayList<>(heads);
    all.add(added);
    return new ModelSpec<>(architecture, config, named(json, added), all, present);
  }

  /**
   * {@return this model with the head of a task alone, and without what its loss does not use}
   *
   * @param task the task's name
   */
  public ModelSpec<C> withHeadAlone(String task) {
    Set<String> used = withHead(task).forTask(task).used();
    Task<C> head = task(task);
    return new ModelSpec<>(
        architecture,
        config,
        named(json, head),
        List.of(head),
        n -> present.test(n) && used.contains(n));
  }

  /** Returns a config that names the class with a task's head. */
  private static JsonObject named(JsonObject json, Task<?> head) {
    JsonObject j = json.deepCopy();
    if (j.has("model_type")) { // the layout of transformers, which names a class for each head
      JsonArray classes = new JsonArray();
      classes.add(head.className());
      j.add("architectures", classes);
    }
    return j;
  }

  /**
   * {@return the names of the parameters that are a task's head}
   *
   * @param task the task's name
   */
  public Set<String> headParameters(String task) {
    return required(architecture, config, task(task))
        .map(Parameter::name)
        .collect(Collectors.toUnmodifiableSet());
  }

  /**
   * {@return a task of telling classes apart}
   *
   * @param name the task's name
   * @throws UnknownNameException if the family has none of the name
   */
  public Classification<C> classification(String name) {
    Map<String, Classification<C>> tasks = new TreeMap<>();
    for (Task<C> task : architecture.tasks()) {
      if (task instanceof Classification<C> c) {
        tasks.put(task.name(), c);
      }
    }
    Classification<C> found = tasks.get(name);
    if (found == null) {
      throw new UnknownNameException(
          "task with classes of " + architecture.name(), name, tasks.keySet());
    }
    return found;
  }

  /**
   * {@return this model with other classes of a task, to be fitted to some data}
   *
   * @param task the task's name
   * @param labels the labels
   * @param data the data
   */
  public ModelSpec<C> withLabels(String task, Labels labels, DataRequest data) {
    Classification<C> head = classification(task);
    JsonObject j = json.deepCopy();
    architecture.write(head.fitting(head.withLabels(config, labels), data), j);
    if (j.has("problem_type")) { // what transformers takes the loss of
      j.addProperty("problem_type", "single_label_classification");
    }
    return new ModelSpec<>(
        architecture, architecture.parse(new ConfigReader(j)), j, heads, present);
  }

  /**
   * {@return this model with other sizes}
   *
   * @param sizes the sizes to change
   * @throws ConfigException if the sizes contradict each other
   */
  public ModelSpec<C> resized(Sizes sizes) {
    ModelSpec<C> larger = withConfig(architecture.resize(config, sizes));
    return sizes.vocabulary().isPresent()
        ? larger.withVocabulary(sizes.vocabulary().getAsInt())
        : larger;
  }

  private ModelSpec<C> withVocabulary(int tokens) {
    if (vocabulary().isEmpty()) {
      throw new ConfigException(
          "a vocabulary of "
              + tokens
              + " tokens was asked for, but family '"
              + architecture.name()
              + "' does not describe a vocabulary; leave that size out.");
    }
    JsonObject j = json.deepCopy();
    j.addProperty(VOCABULARY, tokens);
    return new ModelSpec<>(
        architecture, architecture.parse(new ConfigReader(j)), j, heads, present);
  }

  /** {@return the number of tokens, or empty where the family describes no vocabulary} */
  public OptionalInt vocabulary() {
    return layout.parameters().stream()
        .flatMap(p -> p.uses().stream())
        .filter(u -> u.axis() instanceof Axis.Vocabulary)
        .mapToInt(u -> u.axis().size())
        .findFirst();
  }

  /**
   * {@return this model with a multiple of what its norms add to the variance, or empty where the
   * family's {@code config.json} cannot say so}
   *
   * @param factor what epsilon is multiplied by
   */
  public Optional<ModelSpec<C>> timesEpsilon(double factor) {
    return architecture.timesEpsilon(config, factor).map(this::withConfig);
  }

  /**
   * {@return this model with layers of the kinds of those that they come from, see {@link
   * Architecture#layersFrom}}
   *
   * @param small the model that it has grown from, of the same family
   * @param sources for each layer of each stack, by the stack's name, the layer that it comes from
   * @throws ConfigException if the family's {@code config.json} cannot say so
   */
  public ModelSpec<C> withLayersOf(ModelSpec<?> small, Map<String, List<OptionalInt>> sources) {
    C from = architecture.parse(new ConfigReader(small.json));
    C amended = architecture.layersFrom(config, from, sources);
    return amended.equals(config) ? this : withConfig(amended);
  }

  private ModelSpec<C> withConfig(C other) {
    JsonObject j = json.deepCopy();
    architecture.write(other, j);
    return new ModelSpec<>(
        architecture, architecture.parse(new ConfigReader(j)), j, heads, present);
  }

  /** {@return the {@code config.json} of the model, a copy, with every key that it came with} */
  public JsonObject json() {
    return json.deepCopy();
  }

  /** {@return the most tokens in an example, or empty where examples are no sequences of tokens} */
  public OptionalInt longestSequence() {
    return architecture.longestSequence(config);
  }

  /**
   * {@return the number of ids of the tokenizer beside a checkpoint, or empty where there is none}
   *
   * @param directory the checkpoint's directory
   */
  public OptionalInt tokenizerSize(Path directory) {
    return architecture.tokenizerSize(directory);
  }

  /**
   * {@return what stands beside a copy of a tokenizer in this model's directory, by the names of
   * the files}
   *
   * @param tokenizer the tokenizer's file
   * @throws dev.ligo.core.data.DataException if it cannot be read, or gives other ids there
   */
  public Map<String, JsonObject> besideTokenizer(Path tokenizer) {
    return architecture.besideTokenizer(tokenizer, json);
  }

  /**
   * {@return freshly initialized values for all parameters}
   *
   * @param dtype the element type
   * @param seed what random numbers are drawn from
   */
  public SortedMap<String, HostArray> initialValues(DType dtype, long seed) {
    return initialValues(dtype, seed, n -> true);
  }

  /**
   * {@return freshly initialized values for some parameters, chosen by their names}
   *
   * @param dtype the element type
   * @param seed what random numbers are drawn from
   * @param chosen tells whether a parameter is wanted
   */
  public SortedMap<String, HostArray> initialValues(
      DType dtype, long seed, Predicate<String> chosen) {
    SortedMap<String, HostArray> m = new TreeMap<>();
    Map<String, HostArray> all = initialValuesOnDemand(dtype, seed);
    all.keySet().stream().filter(chosen).forEach(n -> m.put(n, all.get(n)));
    return m;
  }

  /**
   * {@return freshly initialized values for all parameters, each drawn when it is asked for}
   *
   * @param dtype the element type
   * @param seed what random numbers are drawn from
   */
  public Map<String, HostArray> initialValuesOnDemand(DType dtype, long seed) {
    Map<String, Parameter> drawn = new TreeMap<>();
    for (Parameter p : layout.parameters()) {
      for (int l = 0; l < layout.layers(p); l++) {
        drawn.put(p.at(l), p);
      }
    }
    return new ArraysOnDemand(
        drawn.keySet(),
        n -> {
          Parameter p = drawn.get(n);
          return p.initializer().array(dtype, p.shape(), n, seed);
        });
  }

  /**
   * Computes the named outputs inside a program.
   *
   * @param t what makes constants
   * @param parameters the parameters by name
   * @param batch the batch's arrays by name
   * @param training whether dropout applies
   * @return the outputs by name
   */
  public NamedTensors forward(
      Tensors t, NamedTensors parameters, NamedTensors batch, boolean training) {
    return architecture.forward(
        new Parameters(t, parameters), config, new ForwardContext(t, batch, training));
  }

  /**
   * {@return the specs of all parameters, by name}
   *
   * @param dtype the element type
   */
  public SortedMap<String, TensorSpec> parameterSpecs(DType dtype) {
    SortedMap<String, TensorSpec> m = new TreeMap<>();
    layout.shapes().forEach((n, s) -> m.put(n, new TensorSpec(dtype, s)));
    return m;
  }
}
