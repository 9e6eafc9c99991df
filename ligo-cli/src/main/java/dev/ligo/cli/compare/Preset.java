package dev.ligo.cli.compare;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import dev.ligo.api.LigoException;
import dev.ligo.core.Ligo;
import dev.ligo.core.growth.GrowthMethod;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * A whole comparison under a name: the models that are grown, how each is trained, and the options
 * of the comparison. A resource for each, {@code presets/NAME.json}.
 *
 * <p>In its values {@code {files}} stands for the directory into which its files are unpacked,
 * {@code {sources}} for that of the checkpoints that are grown, both beside the results.
 */
final class Preset {
  /** The names there are. */
  static final List<String> NAMES = List.of("bert", "roberta", "gpt2", "deit");

  /** The option that names one. */
  static final String OPTION = "--preset";

  /** The option of a shorter comparison. */
  static final String QUICK = "--quick";

  private static final String SOURCES = "sources";

  private final String name;
  private final JsonObject json;
  private final Path out;
  private final JsonObject options;

  /**
   * Creates a preset.
   *
   * @param json what it consists of
   * @param quick whether the shorter comparison is wanted
   * @param out the directory of the results
   */
  Preset(String name, JsonObject json, boolean quick, Path out) {
    this.name = name;
    this.json = json;
    this.out = out;
    this.options = resolved(json.getAsJsonObject("compare"));
    if (quick) {
      resolved(json.getAsJsonObject("quick"))
          .entrySet()
          .forEach(e -> options.add(e.getKey(), e.getValue()));
    }
    options.addProperty("out", out.toString());
  }

  /** Returns the preset of a name that there is. */
  static Preset named(String name, boolean quick, Path out) {
    String resource = "presets/" + name + ".json";
    try (InputStream in = Preset.class.getResourceAsStream(resource);
        Reader reader =
            new InputStreamReader(Objects.requireNonNull(in, resource), StandardCharsets.UTF_8)) {
      return new Preset(name, JsonParser.parseReader(reader).getAsJsonObject(), quick, out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the directory of the results where none is named. */
  static Path results(String name) {
    return Path.of("ligo-compare-" + name);
  }

  /** Returns a directory beside that of the results. */
  static Path beside(Path out, String what) {
    return out.resolveSibling(out.getFileName() + "." + what);
  }

  private Path beside(String what) {
    return beside(out, what);
  }

  /** Returns values with directories in the place of their names. */
  private JsonObject resolved(JsonObject values) {
    JsonObject all = new JsonObject();
    values.entrySet().forEach(e -> all.add(e.getKey(), resolved(e.getValue())));
    return all;
  }

  private JsonElement resolved(JsonElement value) {
    if (value instanceof JsonObject o) {
      return resolved(o);
    }
    return value.getAsJsonPrimitive().isString()
        ? new JsonPrimitive(
            value
                .getAsString()
                .replace("{files}", beside("files").toString())
                .replace("{sources}", beside(SOURCES).toString()))
        : value;
  }

  /** Returns the values of the comparison's options, by their names without hyphens before them. */
  JsonObject options() {
    return options;
  }

  /** Returns what it is, in a line. */
  String about() {
    return name + ": " + json.get("about").getAsString();
  }

  /**
   * Returns the sources of methods: those that are given, and for others that which the preset
   * names for a label, or for a method under any label.
   */
  Map<String, Path> sources(Ligo ligo, List<String> methods, Map<String, Path> given) {
    JsonObject own = options.has(SOURCES) ? options.getAsJsonObject(SOURCES) : new JsonObject();
    Map<String, Path> all = new LinkedHashMap<>(given);
    for (String method : methods) {
      String label = Candidates.label(method);
      String first = method.substring(method.indexOf('=') + 1).split("\\+", -1)[0];
      for (String key : List.of(label, first, canonical(ligo, first))) {
        if (own.has(key)) {
          all.putIfAbsent(label, Path.of(own.get(key).getAsString()));
        }
      }
    }
    return all;
  }

  /** Returns the first of a method's names. */
  private static String canonical(Ligo ligo, String name) {
    return ligo.methods().values().stream()
        .filter(m -> m.aliases().contains(name))
        .map(GrowthMethod::name)
        .findFirst()
        .orElse(name);
  }

  /** Returns the models that are trained to be grown, those that some comparison makes use of. */
  List<TrainedSource> sources(List<Path> used) {
    List<TrainedSource> sources = new ArrayList<>();
    for (Map.Entry<String, JsonElement> e : json.getAsJsonObject(SOURCES).entrySet()) {
      Path to = beside(SOURCES).resolve(e.getKey());
      if (used.contains(to)) {
        sources.add(new TrainedSource(to, resolved(e.getValue().getAsJsonObject())));
      }
    }
    return sources;
  }

  /**
   * Refuses data that are to be fetched first.
   *
   * @throws LigoException with what fetches them
   */
  void requireFetched(List<Path> data) {
    Optional<Path> missing = data.stream().filter(p -> !Files.exists(p)).findFirst();
    if (json.has("fetch") && missing.isPresent()) {
      throw new LigoException(
          "preset '"
              + name
              + "' trains on "
              + missing.get()
              + ", which is not there; run "
              + json.get("fetch").getAsString()
              + ", or name other data with --data and --eval-data.");
    }
  }

  /** Puts the preset's files beside the results. */
  void unpack() {
    Path files = beside("files");
    try {
      Files.createDirectories(files);
      for (JsonElement e : json.getAsJsonArray("files")) {
        String resource = e.getAsString();
        Path to = files.resolve(resource.substring(resource.lastIndexOf('/') + 1));
        try (InputStream in = Preset.class.getResourceAsStream(resource)) {
          Files.copy(Objects.requireNonNull(in, resource), to, StandardCopyOption.REPLACE_EXISTING);
        }
      }
    } catch (IOException e) {
      throw new LigoException(
          "unpacking the files of preset '"
              + name
              + "' into "
              + files
              + ": "
              + LigoException.reason(e)
              + ".",
          e);
    }
  }
}
