package dev.ligo.core;

import com.google.gson.JsonObject;
import dev.ligo.core.checkpoint.CheckpointException;
import dev.ligo.core.checkpoint.HuggingFaceDirectory;
import dev.ligo.core.model.Architecture;
import dev.ligo.core.model.ConfigReader;
import dev.ligo.core.model.Labels;
import dev.ligo.core.model.ModelSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds out which model a directory holds: its config and its tensors are to be of one. */
final class CheckpointOpening {
  private static final Logger LOG = LoggerFactory.getLogger(Checkpoint.class);

  /** The key by which a config says whether the head reads the embeddings. */
  private static final String TIED = "tie_word_embeddings";

  /** So many layers' tensors may be named for a message that says which are missing. */
  private static final int AT_ONCE = 32;

  private CheckpointOpening() {}

  /**
   * Opens the model of a directory, whose config is changed where it and the tensors say so.
   *
   * @throws CheckpointException if tensors are missing, unknown or of other shapes
   */
  static <C> Checkpoint of(
      HuggingFaceDirectory directory, Architecture<C> architecture, OpenOptions options) {
    JsonObject config = directory.config();
    boolean dropsHead = options.dropsHead();
    architecture.parse(new ConfigReader(config)); // what no other head would help is said first
    if (dropsHead) {
      NamedClass.dropHead(config, architecture);
    } else {
      NamedClass.requireKnown(directory.path(), config, architecture);
    }
    List<String> notes = new ArrayList<>();
    TensorPlaces places = places(directory, architecture, config, notes);
    ModelSpec<C> stored =
        ModelSpec.of(
            architecture,
            config,
            n -> places.find(n).isPresent() && (!dropsHead || places.isBase(n)));
    Set<String> dropped = places.check(stored, dropsHead);
    if (!dropped.isEmpty()) {
      notes.add("the head is left out: " + String.join(", ", dropped));
    }
    notes.addAll(places.ofDuplicates(stored.layout()));
    Labels.contradiction(config).ifPresent(notes::add);
    NamedClass.missingHead(stored, config).ifPresent(notes::add);
    NamedClass.unnamedHead(stored, config).ifPresent(notes::add);
    NamedClass.guessedHead(stored, config).ifPresent(notes::add);
    ModelSpec<C> model =
        ModelSpec.of(
            architecture,
            options.overrides().applyTo(architecture, config),
            stored.layout().shapes().keySet()::contains);
    Checkpoint checkpoint =
        new Checkpoint(
            directory,
            places,
            stored,
            model.withoutHeadsUnlike(stored),
            options.overrides(),
            notes);
    checkpoint.setValues().check();
    notes.forEach(note -> LOG.warn("{}: {}", directory.path(), note));
    return checkpoint;
  }

  /**
   * Refuses many more layers than there are tensors before the tensors of all of them are named.
   */
  private static void requireLayers(ModelSpec<?> model, HuggingFaceDirectory directory) {
    int tensors = directory.tensors().size();
    model
        .layout()
        .stacks()
        .forEach(
            (stack, layers) -> {
              if (layers > Math.max(tensors, AT_ONCE)) {
                throw new CheckpointException(
                    directory.path(),
                    "should have "
                        + layers
                        + " layers in '"
                        + stack
                        + "' by config.json, but the weights are "
                        + tensors
                        + " tensors; config and weights are not of one model.");
              }
            });
  }

  /**
   * Finds the tensors. Where the files hold another head than the embeddings that the config ties
   * it to, the config unties it, as the public implementation does.
   */
  private static <C> TensorPlaces places(
      HuggingFaceDirectory directory,
      Architecture<C> architecture,
      JsonObject config,
      List<String> notes) {
    ModelSpec<C> described = ModelSpec.of(architecture, config, n -> false);
    requireLayers(described, directory);
    TensorPlaces places = TensorPlaces.of(described, directory);
    places.names().note().ifPresent(notes::add);
    List<Map.Entry<String, String>> differing = places.contradictions();
    if (differing.isEmpty()) {
      return places;
    }
    boolean says = config.has(TIED);
    config.addProperty(TIED, false);
    TensorPlaces untied =
        TensorPlaces.of(ModelSpec.of(architecture, config, n -> false), directory);
    if (!untied.contradictions().isEmpty()) {
      throw new CheckpointException(
          directory.path(),
          "should hold the same values in "
              + pair(differing.get(0))
              + " by config.json, found others; keep one of them, the one that the model was"
              + " trained with.");
    }
    notes.add(
        untying(
            differing,
            untied,
            says ? "config.json ties them" : "models of this family tie them by default"));
    return untied.withTiesOf(places);
  }

  /** Returns what to say of names that are no longer tied, of which not all may be read. */
  private static String untying(
      List<Map.Entry<String, String>> differing, TensorPlaces untied, String tying) {
    Map<Boolean, List<Map.Entry<String, String>>> pairs =
        differing.stream()
            .collect(Collectors.partitioningBy(e -> untied.isDuplicate(e.getValue(), e.getKey())));
    Optional<String> both = pairs.get(false).stream().findFirst().map(CheckpointOpening::pair);
    Optional<String> one =
        pairs.get(true).stream().findFirst().map(e -> pair(Map.entry(e.getValue(), e.getKey())));
    return both.or(() -> one).orElseThrow()
        + " differ, though "
        + tying
        + ": "
        + (both.isPresent()
            ? "each is taken for what it is named"
            : "the model adds the latter, and the former is left out")
        + ", as with '"
        + TIED
        + "' set to false"
        + one.filter(o -> both.isPresent())
            .map(o -> "; of " + o + ", which differ too, the model adds the latter")
            .orElse("");
  }

  private static String pair(Map.Entry<String, String> names) {
    return "'%s' and '%s'".formatted(names.getKey(), names.getValue());
  }
}
