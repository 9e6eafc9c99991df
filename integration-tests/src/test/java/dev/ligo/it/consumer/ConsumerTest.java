package dev.ligo.it.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ligo.api.Backends;
import dev.ligo.core.Checkpoint;
import dev.ligo.core.Ligo;
import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.lang.module.FindException;
import java.lang.module.ModuleFinder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * The projects under {@code consumer/}, which are none of this build's modules, are compiled
 * against what is published and run with every backend that there is, chosen by its name: on the
 * module path, so that the module descriptors are proven, and on the class path.
 */
class ConsumerTest {
  private static final Path SOURCE = Path.of("src/test/resources/golden/bert/mlm-gelu");

  /** What the test itself was given; in a build that packages, the jars. */
  private static final List<Path> PUBLISHED =
      Stream.of(
              System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"))
                  .split(File.pathSeparator, -1))
          .map(Path::of)
          .filter(p -> !p.endsWith("test-classes") && Files.exists(p))
          .toList();

  @TempDir Path scratch;

  @TestFactory
  Stream<DynamicTest> aConsumerRunsWithEveryBackendOnEitherPath() {
    List<String> backends = Backends.available().stream().map(Backends.Status::name).toList();
    assertThat(backends).contains("pytorch");
    return Stream.of("plain", "guice")
        .flatMap(
            project ->
                backends.stream()
                    .flatMap(
                        backend ->
                            Stream.of(true, false)
                                .map(modular -> test(project, backend, modular))));
  }

  private DynamicTest test(String project, String backend, boolean modular) {
    String path = modular ? "module path" : "class path";
    return DynamicTest.dynamicTest(
        project + " with " + backend + " on the " + path, () -> run(project, backend, modular));
  }

  private void run(String project, String backend, boolean modular) throws Exception {
    Path classes = compile(project);
    Path grown = scratch.resolve(project + backend + modular);
    String main = "com.example." + project;
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Dai.djl.offline=true");
    if (modular) {
      List<Path> modules = new ArrayList<>(List.of(classes));
      modules.addAll(modules(true));
      command.addAll(List.of("-p", joined(modules), "-cp", joined(modules(false))));
      command.addAll(List.of("-m", main + "/" + main + ".Main"));
    } else {
      List<Path> all = new ArrayList<>(List.of(classes));
      all.addAll(PUBLISHED);
      command.addAll(List.of("-cp", joined(all), main + ".Main"));
    }
    command.addAll(List.of(backend, SOURCE.toString(), grown.toString()));
    Path output = scratch.resolve(project + backend + modular + ".txt");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      assertThat(process.waitFor(5, TimeUnit.MINUTES)).as("ended").isTrue();
    } finally {
      process.destroyForcibly();
    }
    String text = Files.readString(output, StandardCharsets.UTF_8);
    assertThat(process.exitValue()).as(text).isZero();
    assertThat(text).contains(backend + " [7.0, 10.0, 15.0, 22.0]");
    try (Checkpoint large = Ligo.create().open(grown)) {
      assertThat(large.model().layout().stacks()).containsEntry("bert.encoder.layer", 3);
    }
  }

  private Path compile(String project) throws IOException {
    Path classes = Files.createDirectories(scratch.resolve("classes-" + project));
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter messages = new StringWriter();
    try (StandardJavaFileManager files =
            compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8);
        Stream<Path> tree = Files.walk(Path.of("consumer", project, "src/main/java"))) {
      List<Path> sources = tree.filter(p -> p.toString().endsWith(".java")).toList();
      List<String> options =
          List.of("--release", "17", "-d", classes.toString(), "-p", joined(modules(true)));
      boolean compiled =
          compiler
              .getTask(
                  messages, files, null, options, null, files.getJavaFileObjectsFromPaths(sources))
              .call();
      assertThat(compiled).as(messages.toString()).isTrue();
    }
    return classes;
  }

  /** What can stand on the module path, or what can't: natives whose name makes no module name. */
  private static List<Path> modules(boolean named) {
    return PUBLISHED.stream().filter(p -> isModule(p) == named).toList();
  }

  private static boolean isModule(Path path) {
    try {
      return !ModuleFinder.of(path).findAll().isEmpty();
    } catch (FindException e) {
      return false;
    }
  }

  private static String joined(List<Path> paths) {
    return paths.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
  }
}
