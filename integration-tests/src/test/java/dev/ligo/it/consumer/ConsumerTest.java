package dev.ligo.it.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.ligo.api.Backends;
import dev.ligo.core.Checkpoint;
import dev.ligo.core.Ligo;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Programs outside the build are compiled against what is published and run with backends that are
 * chosen by their names, each alone and both at once: on the module path, so that the module
 * descriptors are proven, and on the class path.
 */
class ConsumerTest {
  private static final Path SOURCE = Path.of("src/test/resources/golden/bert/mlm-gelu");

  @TempDir Path scratch;

  @BeforeEach
  void theBackendsArePublished() {
    assertThat(Backends.available())
        .filteredOn(Backends.Status::usable)
        .extracting(Backends.Status::name)
        .contains("pytorch", "tensorflow", "plain");
  }

  @ParameterizedTest
  @CsvSource({
    "pytorch, true",
    "pytorch, false",
    "tensorflow, true",
    "tensorflow, false",
    "plain, true",
    "plain, false",
  })
  void aConsumerWithGuice(String backend, boolean modular) throws Exception {
    assertThat(run("guice", modular, backend)).contains(backend + " [7.0, 10.0, 15.0, 22.0]");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aConsumerWithoutGuice(boolean modular) throws Exception {
    String output = run("plain", modular, "pytorch", "tensorflow");
    assertThat(output).contains("freeze(layers=3) moves [3]");
    List<Double> torch = losses("pytorch", output);
    List<Double> tensorflow = losses("tensorflow", output);
    assertThat(torch).hasSize(3).doesNotHaveDuplicates();
    assertThat(tensorflow).hasSize(3);
    for (int i = 0; i < 3; i++) {
      assertThat(tensorflow.get(i)).isCloseTo(torch.get(i), within(1e-4));
    }
  }

  /** The command has the option of a strategy that stands beside it, and lists it. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theCommandOffersAConsumersStrategy(boolean modular) throws Exception {
    Project project = new Project("plain", scratch);
    Path classes = project.compile();
    List<String> options = new ArrayList<>();
    if (modular) {
      options.addAll(Project.onModulePath(classes));
      options.addAll(List.of("--add-modules", project.module(), "-m"));
      options.add("dev.ligo.cli/dev.ligo.cli.Main");
    } else {
      options.addAll(Project.onClassPath(classes));
      options.add("dev.ligo.cli.Main");
    }
    List<String> help = new ArrayList<>(options);
    help.addAll(List.of("pretrain", "--help"));
    assertThat(project.run(Path.of("."), help).replaceAll("\\s+", " "))
        .contains(
            "--freeze-layers=N The number of frozen layers; a whole number of at least 1. Default: 1");
    List<String> methods = new ArrayList<>(options);
    methods.add("methods");
    assertThat(project.run(Path.of("."), methods))
        .containsPattern("(?m)^  freeze +freezes the first layers of every stack$")
        .containsPattern("(?m)^  mirror ");
  }

  private static List<Double> losses(String backend, String output) {
    String numbers =
        output
            .lines()
            .filter(l -> l.startsWith(backend + " ["))
            .findFirst()
            .orElseThrow(() -> new AssertionError(output))
            .replaceAll(".*\\[|].*", "");
    return Stream.of(numbers.split(", ", -1)).map(Double::valueOf).toList();
  }

  /** Runs a consumer, and returns what it wrote. */
  private String run(String name, boolean modular, String... backends) throws Exception {
    Project project = new Project(name, scratch);
    Path classes = project.compile();
    Path grown = scratch.resolve(String.join("-", backends) + "-grown");
    String main = project.module() + ".Main";
    List<String> options = new ArrayList<>();
    if (modular) {
      options.addAll(Project.onModulePath(classes));
      options.addAll(List.of("-m", project.module() + "/" + main));
    } else {
      options.addAll(Project.onClassPath(classes));
      options.add(main);
    }
    options.addAll(List.of(SOURCE.toString(), grown.toString()));
    options.addAll(List.of(backends));
    String text = project.run(Path.of("."), options);
    try (Checkpoint large = Ligo.create().open(grown)) {
      assertThat(large.model().layout().stacks()).containsEntry("bert.encoder.layer", 4);
    }
    return text;
  }
}
