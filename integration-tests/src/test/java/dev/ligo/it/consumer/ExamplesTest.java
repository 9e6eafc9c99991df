package dev.ligo.it.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ligo.core.Checkpoint;
import dev.ligo.core.Ligo;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The examples in Java run as they are, on the class path and without a build. */
class ExamplesTest {
  private static final Path DEMO = Path.of("../ligo-cli/src/main/resources/dev/ligo/cli/demo");

  @TempDir Path scratch;

  @Test
  void aCheckpointIsGrownAndMeasuredAndThenTrained() throws Exception {
    String held = DEMO.resolve("validation.txt.gz").toString();
    String deeper = scratch.resolve("deeper").toString();
    assertThat(run("GrowAndEvaluate", DEMO.resolve("small").toString(), held, deeper))
        .containsSubsequence("3 layers: loss 5.07", "6 layers: loss ");
    String trained = scratch.resolve("trained").toString();
    assertThat(run("Train", deeper, held, held, trained, "2"))
        .containsSubsequence("step 0: loss ", "step 2: loss ");
    try (Checkpoint large = Ligo.create().open(Path.of(trained))) {
      assertThat(large.model().layout().stacks()).containsValue(6);
    }
  }

  private String run(String name, String... arguments) throws Exception {
    List<String> options = new ArrayList<>(Project.onClassPath(scratch));
    options.add("../examples/" + name + ".java");
    options.addAll(List.of(arguments));
    return new Project("examples", scratch).run(Path.of("."), options);
  }
}
