package dev.ligo.core.model;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.ligo.api.NamedTensors;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * A model family, in one class: its configuration, its parameters and its forward function. A
 * service type: a module declares {@code provides Architecture with …}.
 *
 * @param <C> the family's configuration, a record
 */
public interface Architecture<C> {
  /** {@return the family's name, such as "bert"} */
  String name();

  /** {@return the values of {@code model_type} in a {@code config.json} that mean this family} */
  default Set<String> modelTypes() {
    return Set.of(name());
  }

  /**
   * {@return whether a {@code config.json} is of this family: by its {@code model_type}, or in the
   * way of another library in whose layout the family stands too}
   *
   * @param config the contents of a {@code config.json}
   */
  default boolean describes(JsonObject config) {
    JsonElement type = config.get("model_type");
    return type != null && type.isJsonPrimitive() && modelTypes().contains(type.getAsString());
  }

  /**
   * {@return other families that are taken for this one or a variant of it, with what they compute
   * differently} By the value of {@code model_type}; each a sentence's end, such as "its layers
   * share one set of parameters". A checkpoint of one is refused by its name, with the reason.
   */
  default Map<String, String> unlike() {
    return Map.of();
  }

  /**
   * Reads a configuration.
   *
   * @param config the contents of a {@code config.json}
   * @return the configuration
   * @throws ConfigException if a key is missing or wrong, or an option is set that {@link #forward}
   *     would ignore
   */
  C parse(ConfigReader config);

  /**
   * Writes what {@link #resize} or a {@linkplain ConfigOverrides changed value} may change into a
   * {@code config.json}; other keys stay.
   *
   * @param config the family's configuration
   * @param json the contents of a {@code config.json}, which are changed
   */
  void write(C config, JsonObject json);

  /**
   * {@return a configuration with other sizes, see {@link Sizes}}
   *
   * @param config the family's configuration
   * @param sizes the sizes to change
   * @throws ConfigException if the sizes contradict each other
   */
  C resize(C config, Sizes sizes);

  /**
   * {@return a configuration whose norms add a multiple of their epsilon to the variance, or empty
   * where a {@code config.json} of the family cannot say so} {@link #write} writes it.
   *
   * @param config the family's configuration
   * @param factor what epsilon is multiplied by
   */
  default Optional<C> timesEpsilon(C config, double factor) {
    return Optional.empty();
  }

  /**
   * {@return a configuration whose layers are of the kinds of those that they come from} A family
   * overrides this whose layers differ by more than their parameters, such as in what their
   * attention reaches; {@link #write} writes it.
   *
   * @param config the configuration of a larger model
   * @param small the configuration of the model that it has grown from
   * @param sources for each layer of each stack, by the stack's name, the layer of the small model
   *     that it comes from, or nothing for one that begins afresh
   * @throws ConfigException if a {@code config.json} of the family cannot say so
   */
  default C layersFrom(C config, C small, Map<String, List<OptionalInt>> sources) {
    return config;
  }

  /**
   * {@return the number of ids of the tokenizer beside a checkpoint, or empty where there is none
   * or examples are no tokens} A vocabulary does not become smaller than that.
   *
   * @param directory the checkpoint's directory
   */
  default OptionalInt tokenizerSize(Path directory) {
    return OptionalInt.empty();
  }

  /**
   * {@return what stands beside a copy of a tokenizer and the config of a new model, by the names
   * of the files, so that the copy gives the ids that the original gives; nothing where examples
   * are no tokens}
   *
   * @param tokenizer the tokenizer's file
   * @param config the content of the new model's {@code config.json}
   * @throws dev.ligo.core.data.DataException if it cannot be read, or gives other ids there
   */
  default Map<String, JsonObject> besideTokenizer(Path tokenizer, JsonObject config) {
    return Map.of();
  }

  /**
   * {@return the most tokens in an example, or empty where examples are no sequences of tokens}
   *
   * @param config the family's configuration
   */
  default OptionalInt longestSequence(C config) {
    return OptionalInt.empty();
  }

  /**
   * {@return the standard deviation with which weights begin}
   *
   * @param config the family's configuration
   */
  double initializerRange(C config);

  /**
   * Lists the parameters, without heads, under their checkpoint names.
   *
   * @param config the family's configuration
   * @param p where parameters are listed
   */
  void parameters(C config, Layout p);

  /**
   * Computes the named outputs from a batch.
   *
   * @param w the parameters
   * @param config the family's configuration
   * @param x the batch, with the names that the family's tasks give its arrays
   * @return the outputs by name
   */
  NamedTensors forward(Parameters w, C config, ForwardContext x);

  /**
   * {@return the number of tokens at the start of an example that heads read: a strategy that drops
   * tokens keeps them}
   */
  default int leadingTokens() {
    return 1;
  }

  /** {@return the tasks that the family can be trained on; the first is the pretraining task} */
  List<Task<C>> tasks();

  /**
   * {@return the task that a model is pretrained, grown and measured on: the first of {@link
   * #tasks}} A family whose heads stand for each other takes the one whose head there is.
   *
   * @param heads the tasks whose heads the model has
   */
  default Task<C> pretraining(List<Task<C>> heads) {
    return tasks().get(0);
  }

  /** {@return the layouts in which checkpoints of the family stand, the canonical one first} */
  default List<Dialect> dialects() {
    return List.of(Dialect.CANONICAL);
  }

  /**
   * {@return the dialect of a new checkpoint: the first, or the one that the config is in}
   *
   * @param config the family's configuration
   */
  default Dialect dialect(C config) {
    return dialects().get(0);
  }
}
