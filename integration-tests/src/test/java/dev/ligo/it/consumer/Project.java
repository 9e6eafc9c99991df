package dev.ligo.it.consumer;

import static org.assertj.core.api.Assertions.assertThat;

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

/**
 * A project under {@code consumer/}, which is none of this build's modules, compiled against what
 * is published and run in a process of its own.
 *
 * @param name the directory; the module is {@code com.example.name}
 * @param scratch where to compile to
 */
record Project(String name, Path scratch) {
  /** The class path of the test itself: in a build that packages, the jars. */
  private static final List<Path> PUBLISHED =
      Stream.of(
              System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"))
                  .split(File.pathSeparator, -1))
          .map(Path::of)
          .filter(p -> !p.endsWith("test-classes") && !p.toString().endsWith("-tests.jar"))
          .filter(Files::exists)
          .toList();

  String module() {
    return "com.example." + name;
  }

  Path directory() {
    return Path.of("consumer", name);
  }

  /** Compiles the module and copies its resources; returns their directory. */
  Path compile() throws IOException {
    Path classes = Files.createDirectories(scratch.resolve("classes-" + name));
    compile(classes, "src/main/java", List.of("-p", joined(modules())));
    Path resources = directory().resolve("src/main/resources");
    if (Files.exists(resources)) {
      try (Stream<Path> tree = Files.walk(resources)) {
        for (Path p : tree.filter(Files::isRegularFile).toList()) {
          Path copy = classes.resolve(resources.relativize(p).toString());
          Files.createDirectories(copy.getParent());
          Files.copy(p, copy);
        }
      }
    }
    return classes;
  }

  /** Compiles what stands below a directory of sources. */
  void compile(Path classes, String sources, List<String> more) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter messages = new StringWriter();
    try (StandardJavaFileManager files =
            compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8);
        Stream<Path> tree = Files.walk(directory().resolve(sources))) {
      List<Path> java = tree.filter(p -> p.toString().endsWith(".java")).toList();
      List<String> options =
          new ArrayList<>(List.of("--release", "17", "-Xlint:all", "-d", classes.toString()));
      options.addAll(more);
      boolean compiled =
          compiler
              .getTask(
                  messages, files, null, options, null, files.getJavaFileObjectsFromPaths(java))
              .call();
      assertThat(compiled).as(messages.toString()).isTrue();
    }
  }

  /** Returns what runs the module's classes on the module path. */
  static List<String> onModulePath(Path classes) {
    List<Path> modules = new ArrayList<>(List.of(classes));
    modules.addAll(modules());
    return List.of("-p", joined(modules), "-cp", joined(published(false)));
  }

  /** Returns what runs the classes on the class path. */
  static List<String> onClassPath(Path classes) {
    List<Path> all = new ArrayList<>(List.of(classes));
    all.addAll(PUBLISHED);
    return List.of("-cp", joined(all));
  }

  /** Runs a virtual machine to its end, which must be a good one, and returns what it printed. */
  String run(Path workingDirectory, List<String> options) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Dai.djl.offline=true");
    command.addAll(options);
    Path output = Files.createTempFile(scratch, name, ".txt");
    Process process =
        new ProcessBuilder(command)
            .directory(workingDirectory.toFile())
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
    return text;
  }

  /** Returns what can stand on the module path: not natives whose name makes no module name. */
  static List<Path> modules() {
    return published(true);
  }

  private static List<Path> published(boolean named) {
    return PUBLISHED.stream().filter(p -> isModule(p) == named).toList();
  }

  private static boolean isModule(Path path) {
    try {
      return !ModuleFinder.of(path).findAll().isEmpty();
    } catch (FindException e) {
      return false;
    }
  }

  static String joined(List<Path> paths) {
    return paths.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
  }
}
