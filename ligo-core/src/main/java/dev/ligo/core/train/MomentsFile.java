package dev.ligo.core.train;

import com.google.gson.JsonObject;
import dev.ligo.api.HostArray;
import dev.ligo.api.Shape;
import dev.ligo.core.checkpoint.CheckpointException;
import dev.ligo.core.checkpoint.FileDType;
import dev.ligo.core.checkpoint.FileSpec;
import dev.ligo.core.checkpoint.JsonValue;
import dev.ligo.core.checkpoint.SafetensorsFile;
import dev.ligo.core.checkpoint.SafetensorsWriter;
import dev.ligo.core.io.ArraysOnDemand;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * AdamW's moments beside a checkpoint's weights: {@code first/NAME} and {@code second/NAME} in
 * float32 under the parameters' own names, and in the metadata the number of steps behind each.
 */
public final class MomentsFile implements AutoCloseable {
  /** The name of the file. */
  public static final String NAME = "optimizer.safetensors";

  private static final String AGES = "ligo.steps";

  /** Many more steps than any run has, and few enough to be counted on from. */
  private static final long MOST_STEPS = 1L << 53;

  private static final String FIRST = "first/";
  private static final String SECOND = "second/";

  private final Path path;
  private final SafetensorsFile file;
  private final Map<String, Long> ages;

  private MomentsFile(Path path, SafetensorsFile file, Map<String, Long> ages) {
    this.path = path;
    this.file = file;
    this.ages = ages;
  }

  /**
   * Opens a file.
   *
   * @param path the file
   * @param shapes those of the model's parameters
   * @return the file, to be closed
   * @throws CheckpointException if it is damaged, or of another model
   */
  public static MomentsFile open(Path path, Map<String, Shape> shapes) {
    SafetensorsFile file = SafetensorsFile.open(path);
    try {
      Map<String, Long> ages = ages(path, file.metadata());
      Set<String> known = new TreeSet<>();
      for (String name : ages.keySet()) {
        check(path, file, FIRST + name, shapes.get(name));
        check(path, file, SECOND + name, shapes.get(name));
        known.addAll(Set.of(FIRST + name, SECOND + name));
      }
      for (String name : file.entries().keySet()) {
        if (!known.contains(name)) {
          throw new CheckpointException(
              path,
              "'" + name + "' is of no parameter whose steps '" + AGES + "' tells; it is damaged.");
        }
      }
      return new MomentsFile(path, file, ages);
    } catch (RuntimeException | Error e) {
      file.close();
      throw e;
    }
  }

  private static Map<String, Long> ages(Path path, Map<String, String> metadata) {
    String text = metadata.get(AGES);
    if (text == null) {
      throw new CheckpointException(
          path, "does not say how many steps are behind its moments; it was not written by ligo.");
    }
    Map<String, Long> ages = new HashMap<>();
    JsonValue.parse(text, problem -> damaged(path, "'" + AGES + "': " + problem))
        .members()
        .forEach((name, steps) -> ages.put(name, steps.whole(0, MOST_STEPS)));
    return ages;
  }

  private static CheckpointException damaged(Path path, String problem) {
    return new CheckpointException(
        path, problem + "; it is damaged. Remove it, or train the model again.");
  }

  private static void check(Path path, SafetensorsFile file, String name, Shape shape) {
    FileSpec found = file.entries().get(name);
    if (shape == null
        || found == null
        || !found.shape().equals(shape)
        || found.dtype() != FileDType.F32) {
      throw new CheckpointException(
          path,
          "'"
              + name
              + "' should have the shape of the model's parameter, "
              + (shape == null ? "which has none of the name" : new FileSpec(FileDType.F32, shape))
              + ", found "
              + (found == null ? "none" : found)
              + "; it is of another model. Remove it, or train the model again.");
    }
  }

  /** {@return the names of the parameters of which there are moments} */
  public Set<String> names() {
    return new TreeSet<>(ages.keySet());
  }

  /**
   * Reads a first moment.
   *
   * @param name the parameter's name
   * @return the moment, in float32
   * @throws CheckpointException if it has values that are not finite
   */
  public HostArray first(String name) {
    return read(FIRST + name, -Double.MAX_VALUE);
  }

  /**
   * Reads a second moment.
   *
   * @param name the parameter's name
   * @return the moment, in float32
   * @throws CheckpointException if it has values that are negative or not finite
   */
  public HostArray second(String name) {
    return read(SECOND + name, 0);
  }

  private HostArray read(String name, double least) {
    HostArray moments = file.read(name);
    for (int i = 0; i < moments.size(); i++) {
      double value = moments.get(i);
      if (!(value >= least) || Double.isInfinite(value)) { // NaN, too
        throw damaged(path, "'" + name + "' holds " + value + " at " + i + ", as no moment is");
      }
    }
    return moments;
  }

  /**
   * {@return the number of steps behind a parameter's moments}
   *
   * @param name the parameter's name
   */
  public long age(String name) {
    return ages.get(name);
  }

  /**
   * Reads everything.
   *
   * @return the moments
   */
  public Moments read() {
    SortedMap<String, HostArray> first = new TreeMap<>();
    SortedMap<String, HostArray> second = new TreeMap<>();
    names().forEach(n -> first.put(n, first(n)));
    names().forEach(n -> second.put(n, second(n)));
    return new Moments(first, second, ages);
  }

  /**
   * {@return the moments, each read when it is asked for, from the file anew}
   *
   * @param shapes those of the model's parameters
   */
  public Moments onDemand(Map<String, Shape> shapes) {
    return new Moments(
        new ArraysOnDemand(names(), n -> from(path, shapes, file -> file.first(n))),
        new ArraysOnDemand(names(), n -> from(path, shapes, file -> file.second(n))),
        ages);
  }

  private static HostArray from(
      Path path, Map<String, Shape> shapes, Function<MomentsFile, HostArray> read) {
    try (MomentsFile file = open(path, shapes)) {
      return read.apply(file);
    }
  }

  @Override
  public void close() {
    file.close();
  }

  /**
   * Creates a file to which moments are written one at a time.
   *
   * @param create creates it from the specs of its tensors and its metadata
   * @param shapes those of the parameters whose moments it will hold
   * @param ages the number of steps behind each
   * @return the writer
   */
  public static Writer writer(
      BiFunction<Map<String, FileSpec>, Map<String, String>, SafetensorsWriter> create,
      Map<String, Shape> shapes,
      Map<String, Long> ages) {
    Map<String, FileSpec> specs = new TreeMap<>();
    JsonObject steps = new JsonObject();
    for (String name : new TreeSet<>(ages.keySet())) {
      FileSpec spec = new FileSpec(FileDType.F32, shapes.get(name));
      specs.put(FIRST + name, spec);
      specs.put(SECOND + name, spec);
      steps.addProperty(name, ages.get(name));
    }
    return new Writer(create.apply(specs, Map.of(AGES, steps.toString())));
  }

  /** Takes moments in any order. */
  public static final class Writer {
    private final SafetensorsWriter writer;

    private Writer(SafetensorsWriter writer) {
      this.writer = writer;
    }

    /**
     * Writes a first moment.
     *
     * @param name the parameter's name
     * @param values the moment
     */
    public void first(String name, HostArray values) {
      writer.write(FIRST + name, values);
    }

    /**
     * Writes a second moment.
     *
     * @param name the parameter's name
     * @param values the moment
     */
    public void second(String name, HostArray values) {
      writer.write(SECOND + name, values);
    }

    /**
     * Writes everything.
     *
     * @param moments the moments
     */
    public void all(Moments moments) {
      moments.first().forEach(this::first);
      moments.second().forEach(this::second);
    }
  }
}
