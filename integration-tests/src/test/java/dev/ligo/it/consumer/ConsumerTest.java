package dev.ligo.it.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ligo.api.Backends;
import dev.ligo.core.Checkpoint;
import dev.ligo.core.Ligo;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Programs outside the build are compiled against what is published and run with every backend that
 * there is, chosen by its name: on the module path, so that the module descriptors are proven, and
 * on the class path.
 */
class ConsumerTest {
  private static final Path SOURCE = Path.of("src/test/resources/golden/bert/mlm-gelu");

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

  private void run(String name, String backend, boolean modular) throws Exception {
    Project project = new Project(name, scratch);
    Path classes = project.compile();
    Path grown = scratch.resolve(name + backend + modular);
    String main = project.module() + ".Main";
    List<String> options = new ArrayList<>();
    if (modular) {
      options.addAll(Project.onModulePath(classes));
      options.addAll(List.of("-m", project.module() + "/" + main));
    } else {
      options.addAll(Project.onClassPath(classes));
      options.add(main);
    }
    options.addAll(List.of(backend, SOURCE.toString(), grown.toString()));
    assertThat(project.run(Path.of("."), options)).contains(backend + " [7.0, 10.0, 15.0, 22.0]");
    try (Checkpoint large = Ligo.create().open(grown)) {
      assertThat(large.model().layout().stacks()).containsEntry("bert.encoder.layer", 3);
    }
  }
}
