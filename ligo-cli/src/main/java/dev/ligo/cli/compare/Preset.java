package dev.ligo.cli.compare;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.ligo.api.LigoException;
import dev.ligo.cli.LigoCommand;
import dev.ligo.cli.console.Console;
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
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A whole comparison under a name: the commands that train what is grown, and the options of the
 * command that compares. A resource for each, {@code presets/NAME.json}.
 *
 * <p>In its words {@code {files}} stands for the directory into which its files are unpacked,
 * {@code {sources}} for that of the checkpoints that are grown, both beside the results.
 */
public final class Preset {
  /** The names there are. */
  static final List<String> NAMES = List.of("bert", "roberta", "gpt2", "deit");

  /** The option that names one. */
  static final String OPTION = "--preset";

  /** The option of a shorter comparison. */
  static final String QUICK = "--quick";

  private static final String COMPARE = "compare";
  private static final String OUT = "--out";
  private static final String METHODS = "--methods";
  private static final String SOURCE = "--source";

  private final String name;
  private final JsonObject json;
  private final OptionWords given;

  /**
   * Creates a preset.
   *
   * @param json what it consists of
   * @param given the options that take the place of its own
   */
  Preset(String name, JsonObject json, OptionWords given) {
    this.name = name;
    this.json = json;
    this.given = given;
  }

  /** Returns the preset that a command line names, if it names one that there is. */
  public static Optional<Preset> of(String... words) {
    if (words.length == 0 || !words[0].equals(COMPARE)) {
      return Optional.empty();
    }
    OptionWords given = OptionWords.parse(List.of(words).subList(1, words.length));
    boolean runs = !given.has("--help") && !given.has("-h");
    return given
        .value(OPTION)
        .filter(NAMES::contains)
        .filter(n -> runs)
        .map(n -> new Preset(n, resource(n), given));
  }

  private static JsonObject resource(String name) {
    try (InputStream in = Preset.class.getResourceAsStream("presets/" + name + ".json");
        Reader reader =
            new InputStreamReader(Objects.requireNonNull(in, name), StandardCharsets.UTF_8)) {
      return JsonParser.parseReader(reader).getAsJsonObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the directory of the results. */
  private String out() {
    return given.value(OUT).orElse("ligo-compare-" + name);
  }

  private Path beside(String what) {
    return Path.of(out() + "." + what);
  }

  /** Splits lines of options into words, and puts the directories where they are named. */
  private OptionWords words(JsonElement lines) {
    List<String> words = new ArrayList<>();
    for (JsonElement line : lines.getAsJsonArray()) {
      for (String w : line.getAsString().split(" ", -1)) {
        words.add(
            w.replace("{files}", beside("files").toString())
                .replace("{sources}", beside("sources").toString()));
      }
    }
    return OptionWords.parse(words);
  }

  /** Returns the options of the comparison: those that were given, and the preset's for others. */
  OptionWords comparison() {
    OptionWords whole = words(json.get(COMPARE));
    OptionWords shorter = given.has(QUICK) ? words(json.get("quick")).over(whole) : whole;
    OptionWords own = given.without(OPTION).without(QUICK);
    OptionWords all = own.over(OptionWords.parse(List.of(OUT, out()))).over(shorter);
    List<String> words = new ArrayList<>(all.without(SOURCE).words());
    words.addAll(own.only(SOURCE).words());
    all.value(METHODS).ifPresent(methods -> words.addAll(sources(methods, whole)));
    return OptionWords.parse(words);
  }

  /**
   * Returns the options that name sources: the preset names one for a label, or for a method under
   * any label, unless another is given.
   */
  private List<String> sources(String methods, OptionWords options) {
    Map<String, String> own = new TreeMap<>();
    options
        .values(SOURCE)
        .forEach(s -> own.put(Candidates.label(s), s.substring(s.indexOf('=') + 1)));
    Set<String> named =
        given.values(SOURCE).stream().map(Candidates::label).collect(Collectors.toSet());
    List<String> words = new ArrayList<>();
    for (String candidate : methods.split(",", -1)) {
      String label = Candidates.label(candidate);
      String source = own.getOrDefault(label, own.get(method(Candidates.parts(candidate).get(0))));
      if (source != null && !named.contains(label)) {
        words.addAll(List.of(SOURCE, label + "=" + source));
      }
    }
    return words;
  }

  /** Returns the first of a method's names. */
  private static String method(String name) {
    Ligo ligo = Ligo.create();
    return ligo.methods().values().stream()
        .filter(m -> m.aliases().contains(name))
        .map(GrowthMethod::name)
        .findFirst()
        .orElse(name);
  }

  /** Returns the commands that train what the comparison grows, with their directories. */
  private List<Source> sources() {
    List<Source> sources = new ArrayList<>();
    String compared = String.join(" ", comparison().words());
    for (Map.Entry<String, JsonElement> e : json.getAsJsonObject("sources").entrySet()) {
      Path to = beside("sources").resolve(e.getKey());
      if (!compared.contains(to.toString())) {
        continue;
      }
      OptionWords options = words(e.getValue());
      for (String shared :
          List.of("--data", "--eval-data", "--backend", "--device", "--threads", "--verbose")) {
        options = comparison().only(shared).over(options);
      }
      options = OptionWords.parse(List.of(OUT, to.toString(), "--resume")).over(options);
      List<String> command = new ArrayList<>(List.of("pretrain"));
      command.addAll(options.words());
      sources.add(new Source(to, command));
    }
    return sources;
  }

  private record Source(Path directory, List<String> command) {}

  /** Returns the commands that the preset stands for, in their order. */
  List<List<String>> commands() {
    List<List<String>> all = new ArrayList<>(sources().stream().map(Source::command).toList());
    List<String> compare = new ArrayList<>(List.of(COMPARE));
    compare.addAll(comparison().words());
    all.add(compare);
    return all;
  }

  /**
   * Trains the sources that are not there yet, and compares.
   *
   * @return the exit code
   */
  public int run(Console console) {
    Optional<String> missing = missing();
    if (missing.isPresent()) {
      console.note("ligo: " + missing.get());
      return 1;
    }
    List<String> compare = commands().get(commands().size() - 1);
    int wrong = CompareCommand.check(console, compare);
    if (wrong != 0) {
      return wrong;
    }
    console.note(name + ": " + json.get("about").getAsString());
    unpack();
    for (Source s : sources()) {
      if (!Files.exists(s.directory())) {
        console.note("ligo " + String.join(" ", s.command()));
        int code = execute(console.aside(), s.command());
        if (code != 0) {
          return code;
        }
      }
    }
    console.note("ligo " + String.join(" ", compare));
    return execute(console, compare);
  }

  private static int execute(Console console, List<String> command) {
    return LigoCommand.line(console).execute(command.toArray(new String[0]));
  }

  /** Returns what to do about data that is to be fetched first. */
  private Optional<String> missing() {
    JsonElement fetch = json.get("fetch");
    if (fetch == null) {
      return Optional.empty();
    }
    return comparison().values("--data").stream()
        .filter(p -> !Files.exists(Path.of(p)))
        .findFirst()
        .map(
            p ->
                "preset '"
                    + name
                    + "' trains on "
                    + p
                    + ", which is not there; run "
                    + fetch.getAsString()
                    + ", or name other data with --data and --eval-data");
  }

  private void unpack() {
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
