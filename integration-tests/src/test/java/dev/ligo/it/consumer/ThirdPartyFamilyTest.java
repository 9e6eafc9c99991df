package dev.ligo.it.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Model families of other authors, written as CONTRIBUTING says and in no module of this build, are
 * compiled against what is published, and their own tests are run, as modules: services find the
 * family, and every method grows it.
 */
class ThirdPartyFamilyTest {
  /** The modules that the project's tests use beside those that its module requires. */
  private static final String TEST_MODULES =
      "dev.ligo.testkit,org.assertj.core,org.junit.jupiter.params";

  @TempDir Path scratch;

  @ParameterizedTest
  @CsvSource({"olmo2, 3", "neox, 4"})
  void aFamilyPassesItsTests(String family, int testClassCount) throws Exception {
    Project project = new Project(family, scratch);
    String module = project.module();
    Path classes = project.compile();
    Path tests = Files.createDirectories(scratch.resolve("test-classes"));
    List<Path> modules = new ArrayList<>(List.of(classes));
    modules.addAll(Project.modules());
    String sources = "src/test/java";
    List<String> reads =
        List.of("--add-modules", TEST_MODULES, "--add-reads", module + "=" + TEST_MODULES);
    List<String> patched = new ArrayList<>(reads);
    patched.addAll(List.of("--patch-module", module + "=" + project.directory().resolve(sources)));
    patched.addAll(List.of("-p", Project.joined(modules)));
    project.compile(tests, sources, patched);

    List<String> options = new ArrayList<>(Project.onModulePath(classes));
    options.addAll(reads);
    options.addAll(List.of("--add-modules", module, "--patch-module", module + "=" + tests));
    options.addAll(List.of("--add-opens", module + "/" + module + "=org.junit.platform.commons"));
    options.addAll(
        List.of("-m", "org.junit.platform.console/org.junit.platform.console.ConsoleLauncher"));
    options.addAll(List.of("execute", "--disable-banner", "--details=tree"));
    List<String> testClasses = names(tests);
    assertThat(testClasses).hasSize(testClassCount);
    testClasses.forEach(t -> options.add("--select-class=" + t));
    String text = project.run(project.directory(), options);
    assertThat(text).contains("0 tests failed").doesNotContain("[         0 tests successful");
  }

  private static List<String> names(Path classes) throws Exception {
    try (Stream<Path> tree = Files.walk(classes)) {
      return tree.map(p -> classes.relativize(p).toString())
          .filter(p -> p.endsWith("Test.class"))
          .map(p -> p.replace(".class", "").replace('/', '.').replace('\\', '.'))
          .sorted()
          .toList();
    }
  }
}
