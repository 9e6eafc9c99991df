package dev.ligo.core.model;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.ligo.core.data.DataException;
import dev.ligo.core.data.LabelledExamples;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The classes that a classifier tells apart. A class's id is its place.
 *
 * @param names the classes' names
 * @param problem what a model's outputs for them mean
 */
public record Labels(List<String> names, Problem problem) {
  /** What the outputs of a classifier mean, and so which loss it has. */
  public enum Problem {
    /** One class is right for each example: cross-entropy. */
    SINGLE_LABEL_CLASSIFICATION,
    /** Each class is right or not by itself: binary cross-entropy. */
    MULTI_LABEL_CLASSIFICATION,
    /** The outputs are numbers: the mean squared error. */
    REGRESSION;

    /** Reads {@code problem_type}; without it, one output alone is a number. */
    private static Problem read(ConfigReader c, int outputs) {
      Problem otherwise = outputs == 1 ? REGRESSION : SINGLE_LABEL_CLASSIFICATION;
      return c.oneOf("problem_type", Problem.class, otherwise.toString());
    }

    /** Returns the value of {@code problem_type}. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** {@return what it is called in sentences} */
    public String words() {
      return toString().replace('_', ' ').replace("multi label", "multi-label");
    }
  }

  private static final Logger LOGGER = LoggerFactory.getLogger(Labels.class);
  private static final String IDS = "id2label";
  private static final String NAMES = "label2id";
  private static final String UNNAMED = "LABEL_";
  private static final String NUMBER = "0|[1-9]\\d{0,8}";
  private static final int SHOWN = 20;

  /** So many labels are told with the class that each is taken as. */
  private static final int EXPLAINED = 3;

  /** More than any classifier tells apart: each class has a name in memory. */
  private static final int MOST = 10_000_000;

  /**
   * Copies the names.
   *
   * @param names the classes' names
   * @param problem what a model's outputs for them mean
   */
  public Labels {
    names = List.copyOf(names);
  }

  /**
   * Creates classes of which one is right for each example.
   *
   * @param names the names, in the order of their ids
   */
  public Labels(List<String> names) {
    this(names, Problem.SINGLE_LABEL_CLASSIFICATION);
  }

  /**
   * {@return classes that nobody has named, as {@code transformers} names them then}
   *
   * @param count the number of labels
   * @throws ConfigException if there are more than ten million
   */
  public static Labels unnamed(int count) {
    if (count > MOST) {
      throw new ConfigException(
          "a classifier has at most " + MOST + " classes, found " + count + "; name fewer.");
    }
    return new Labels(IntStream.range(0, count).mapToObj(i -> UNNAMED + i).toList());
  }

  /**
   * Reads the classes of a {@code config.json} in the layout of {@code transformers}: {@code
   * id2label}, or {@code num_labels} of them without names where there is another number of those;
   * two where there is neither.
   *
   * @param c the config
   * @return the classes
   * @throws ConfigException if either is malformed
   */
  public static Labels read(ConfigReader c) {
    List<String> names = c.numbered(IDS);
    int count = c.positive("num_labels", names.isEmpty() ? 2 : names.size());
    List<String> found = names.size() == count ? names : unnamed(count).names;
    return new Labels(found, Problem.read(c, count));
  }

  /**
   * {@return what to say of a config whose {@code label2id} gives a class another name than {@code
   * id2label}, which alone is read}
   *
   * @param json the contents of a {@code config.json}
   */
  public static Optional<String> contradiction(JsonObject json) {
    List<String> names = new ConfigReader(json).numbered(IDS);
    if (names.isEmpty() || !(json.get(NAMES) instanceof JsonObject byName)) {
      return Optional.empty();
    }
    return byName.entrySet().stream()
        .filter(e -> !isNamed(names, e.getValue(), e.getKey()))
        .findFirst()
        .map(
            e ->
                "'label2id' and 'id2label' in config.json contradict each other at '"
                    + e.getKey()
                    + "': 'id2label' counts");
  }

  private static boolean isNamed(List<String> names, JsonElement id, String name) {
    if (!(id instanceof JsonPrimitive p) || !p.getAsString().matches(NUMBER)) {
      return false;
    }
    int number = Integer.parseInt(p.getAsString());
    return number < names.size() && names.get(number).equals(name);
  }

  /**
   * Writes the classes as {@link #read} reads them, if they are not what stands there.
   *
   * @param json the contents of a {@code config.json}, which are changed
   */
  public void write(JsonObject json) {
    if (!json.has("num_labels") && read(new ConfigReader(json)).equals(this)) {
      return;
    }
    json.remove("num_labels"); // transformers counts id2label
    JsonObject byId = new JsonObject();
    JsonObject byName = new JsonObject();
    for (int id = 0; id < size(); id++) {
      byId.addProperty(Integer.toString(id), names.get(id));
      byName.addProperty(names.get(id), id);
    }
    json.add(IDS, byId);
    json.add(NAMES, byName);
  }

  /** {@return the number of classes} */
  public int size() {
    return names.size();
  }

  /** {@return whether nobody has named the classes} */
  public boolean isUnnamed() {
    return names.equals(unnamed(size()).names);
  }

  /**
   * {@return whether other classes are these, in whatever order, by their names or, as {@link
   * #find} takes them, by their numbers}
   *
   * @param other the labels to compare with
   */
  public boolean areThoseOf(Labels other) {
    return other.names.stream().mapToInt(this::id).sorted().boxed().toList().equals(ids());
  }

  private List<Integer> ids() {
    return IntStream.range(0, size()).boxed().toList();
  }

  /** Returns the id of a name, or −1. Where no class is named by a number, a number is an id. */
  private int id(String name) {
    int id = names.indexOf(name);
    if (id >= 0 || !name.matches(NUMBER) || names.stream().anyMatch(n -> n.matches(NUMBER))) {
      return id;
    }
    int number = Integer.parseInt(name);
    return number < size() ? number : -1;
  }

  /**
   * {@return the id of a class, by its name or by its number, as files of images such as IDX have
   * it} A number is none where classes are named by numbers.
   *
   * @param name the label
   */
  public OptionalInt find(String name) {
    int id = id(name);
    return id < 0 ? OptionalInt.empty() : OptionalInt.of(id);
  }

  /**
   * {@return what to say, after the name of a model, of classes of which not one is right for each
   * example: their loss is not computed}
   */
  public Optional<String> unscored() {
    return problem == Problem.SINGLE_LABEL_CLASSIFICATION
        ? Optional.empty()
        : Optional.of(
            head()
                + ": its loss and metrics are not computed here, where each example has one class."
                + " Use the Python tools, or, to fine-tune it to data of one class each, open the"
                + " checkpoint without its head.");
  }

  /** Returns what the head is for, and what in config.json says so, after the name of a model. */
  String head() {
    boolean single = problem == Problem.REGRESSION && size() == 1;
    return "has a head for "
        + problem.words()
        + ", by 'problem_type' in config.json"
        + (single ? " or since it has one label" : "");
  }

  /**
   * Refuses classes of which not one is right for each example.
   *
   * @throws ConfigException if the outputs mean something else
   */
  public void requireSingleLabel() {
    unscored()
        .ifPresent(
            problem -> {
              throw new ConfigException("the model " + problem);
            });
  }

  /**
   * {@return the id of each example's class, as {@link #find} finds it} If nobody has named these
   * classes, and the examples have as many of other names, their order is that of the ids, and a
   * warning says so.
   *
   * @param examples the examples, whose labels are among these
   * @throws DataException if an example's class is none of these
   * @throws ConfigException if not one class is right for each example
   */
  public int[] ids(LabelledExamples examples) {
    requireSingleLabel();
    List<String> found = examples.labels();
    Map<String, Integer> known = found.stream().collect(Collectors.toMap(n -> n, this::id));
    if (known.containsValue(-1) && isUnnamed() && found.size() == size()) {
      LOGGER.warn(guess(found));
      return new Labels(found).ids(examples);
    }
    int[] ids = new int[examples.size()];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = known.get(examples.label(i));
      if (ids[i] < 0) {
        throw new DataException(
            "example "
                + (i + 1)
                + " of "
                + ids.length
                + " has the label '"
                + examples.label(i)
                + "', the model tells "
                + size()
                + " classes apart: "
                + this
                + "; use data with these labels, or fine-tune the model to the data's.");
      }
    }
    return ids;
  }

  /** Returns what to say of labels that are taken in their order. */
  static String guess(List<String> labels) {
    String shown =
        IntStream.range(0, Math.min(EXPLAINED, labels.size()))
            .mapToObj(id -> "'" + labels.get(id) + "' as class " + id)
            .collect(Collectors.joining(", "));
    return "the model's classes have no names, so the data's are taken in their order: "
        + shown
        + (labels.size() > EXPLAINED ? " and " + (labels.size() - EXPLAINED) + " more" : "")
        + "; name them in 'id2label' of config.json to settle it";
  }

  /** Returns the first names. */
  @Override
  public String toString() {
    String shown = String.join(", ", names.subList(0, Math.min(SHOWN, size())));
    return size() > SHOWN ? shown + " and " + (size() - SHOWN) + " more" : shown;
  }
}
