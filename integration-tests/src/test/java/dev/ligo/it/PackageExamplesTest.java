package dev.ligo.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every exported package has an example, as has every module that serves without exporting one, and
 * the examples compile.
 */
class PackageExamplesTest {
  private static final Pattern EXPORTS = Pattern.compile("(?m)^ *exports ([\\w.]+);");

  private static final Pattern EXAMPLE =
      Pattern.compile("<pre>\\{@code\\n(.*?)\\n \\* }</pre>", Pattern.DOTALL);

  /** The declarations before examples that show parts of a class, by package. */
  private static final Map<String, String> CLASSES =
      Map.of(
          "dev.ligo.core.growth",
          "",
          "dev.ligo.core.model",
          "record MyConfig(int hidden, int layers, int vocabulary, int intermediate) {}",
          "dev.ligo.testkit",
          "");

  /** The parameters of the method in which an example's steps are compiled, by package. */
  private static final Map<String, String> GIVEN =
      Map.ofEntries(
          Map.entry("dev.ligo.core.data", "ModelSpec<?> model"),
          Map.entry("dev.ligo.core.growth.apply", "ModelSpec<?> small, Backend backend"),
          Map.entry(
              "dev.ligo.core.growth.learn",
              "Backend backend, GrowthPlan plan, HuggingFaceDirectory source, BatchSource batches"),
          Map.entry("dev.ligo.core.growth.method", "ModelSpec<?> small"),
          Map.entry(
              "dev.ligo.core.growth.moments",
              "GrowthOperator operator, Backend backend, Map<String, HostArray> first,"
                  + " Map<String, HostArray> second, Map<String, HostArray> grownFirst,"
                  + " Map<String, HostArray> grownSecond"),
          Map.entry("dev.ligo.core.io", "String text"),
          Map.entry("dev.ligo.core.prediction", "TaskModel<?> model, Predictor predictor"),
          Map.entry("dev.ligo.core.recipe", "Ligo ligo, Checkpoint small"),
          Map.entry(
              "dev.ligo.core.train",
              "Backend backend, TaskModel<?> model, Map<String, HostArray> values,"
                  + " BatchSource train, BatchSource held"),
          Map.entry("dev.ligo.core.train.strategy", "TaskModel<?> model"));

  /** A module of a family or a backend, whose example stands in its {@code module-info.java}. */
  private static final Pattern SERVES = Pattern.compile("(?m)^module ([\\w.]+) \\{");

  /** Its example names an engine that the reader has yet to write. */
  private static final String UNWRITTEN = "dev.ligo.api.spi";

  /** Returns the directories of the modules' sources. */
  private static List<Path> sources() throws IOException {
    try (Stream<Path> directories = Files.list(Path.of(".."))) {
      return directories
          .map(d -> d.resolve("src/main/java"))
          .filter(sources -> Files.exists(sources.resolve("module-info.java")))
          .toList();
    }
  }

  /** Returns the exported packages, each with the file that describes it. */
  private static Map<String, Path> exported() throws IOException {
    Map<String, Path> found =
        sources().stream()
            .flatMap(PackageExamplesTest::exportedFrom)
            .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    assertThat(found).containsKeys("dev.ligo.api", "dev.ligo.core", "dev.ligo.text");
    return found;
  }

  /** Returns the modules that provide services and export nothing, each with its file. */
  private static Map<String, Path> serving() throws IOException {
    Map<String, Path> found = new TreeMap<>();
    for (Path sources : sources()) {
      Path file = sources.resolve("module-info.java");
      String text = Files.readString(file);
      Matcher module = SERVES.matcher(text);
      if (text.contains("provides ") && !EXPORTS.matcher(text).find() && module.find()) {
        found.put(module.group(1), file);
      }
    }
    assertThat(found).containsKeys("dev.ligo.models.bert", "dev.ligo.backend.djl");
    return found;
  }

  private static Stream<Map.Entry<String, Path>> exportedFrom(Path sources) {
    try {
      return EXPORTS
          .matcher(Files.readString(sources.resolve("module-info.java")))
          .results()
          .map(m -> m.group(1))
          .map(
              name ->
                  Map.entry(
                      name, sources.resolve(name.replace('.', '/')).resolve("package-info.java")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static List<String> packages() throws IOException {
    return Stream.concat(exported().keySet().stream(), serving().keySet().stream())
        .filter(n -> !n.equals(UNWRITTEN))
        .sorted()
        .toList();
  }

  /** Returns the lines of a package's example. */
  private static List<String> example(String name) throws IOException {
    Map<String, Path> files = new TreeMap<>(exported());
    files.putAll(serving());
    Matcher m = EXAMPLE.matcher(Files.readString(files.get(name)));
    assertThat(m.find()).as("%s has an example", name).isTrue();
    return m.group(1).lines().map(l -> l.replaceFirst("^ \\* ?", "")).toList();
  }

  @ParameterizedTest
  @MethodSource("packages")
  void theExampleCompiles(String name) throws IOException {
    String code = String.join("\n", example(name));
    String body =
        CLASSES.containsKey(name)
            ? CLASSES.get(name) + "\n" + code
            : "static void steps("
                + GIVEN.getOrDefault(name, "")
                + ") throws Exception {\n"
                + code
                + "\n}";
    assertThat(complaints(body)).isEmpty();
  }

  @Test
  void theExampleForAuthorsOfABackendIsThere() throws IOException {
    assertThat(example(UNWRITTEN)).isNotEmpty();
  }

  @Test
  void anExampleOfWhatIsNotThereIsFound() throws IOException {
    assertThat(complaints("static void steps() { Ligo.none(); }")).contains("cannot find symbol");
  }

  /** Returns what the compiler says against the body of a class, nothing if that is well. */
  private static String complaints(String body) throws IOException {
    List<String> lines = new ArrayList<>();
    Stream.concat(
            Stream.of("java.util", "java.nio.file", "java.nio.charset"),
            exported().keySet().stream())
        .forEach(p -> lines.add("import " + p + ".*;"));
    lines.add("abstract class Example {\n" + body + "\n}");
    String text = String.join("\n", lines);
    JavaFileObject source =
        new SimpleJavaFileObject(URI.create("string:///Example.java"), JavaFileObject.Kind.SOURCE) {
          @Override
          public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
          }
        };
    StringWriter out = new StringWriter();
    boolean well =
        ToolProvider.getSystemJavaCompiler()
            .getTask(
                out,
                null,
                null,
                List.of(
                    "-proc:none",
                    "-d",
                    Files.createDirectories(Path.of("target", "examples")).toString(),
                    "-cp",
                    System.getProperty(
                        "surefire.test.class.path", System.getProperty("java.class.path"))),
                null,
                List.of(source))
            .call();
    return well ? "" : out.toString();
  }
}
