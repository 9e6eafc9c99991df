package dev.ligo.it.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher of the source tree, with a Maven that only says what the real one would. */
class SourceLauncherTest {
  private static final String SAID =
      """
      [INFO] Scanning for projects...
      [INFO] --------------------------< dev.ligo:ligo-api >---------------------------
      [INFO] Building ligo-api 0.1.0-SNAPSHOT                                    [1/2]
      [INFO] Building jar: /tmp/ligo-api/target/ligo-api-0.1.0-SNAPSHOT.jar
      [WARNING] Something is deprecated
      in some file.
      [INFO] Building ligo-cli 0.1.0-SNAPSHOT                                    [2/2]
      """;

  @TempDir Path root;

  @BeforeEach
  void copyTheLauncher() throws Exception {
    assumeTrue(Files.exists(Path.of("/bin/bash")), "the launcher is a script for bash");
    Files.copy(Path.of("../ligo"), root.resolve("ligo"));
    Files.createDirectories(root.resolve("bin"));
  }

  @Test
  void aFirstBuildSaysWhichModuleItIsAt() throws Exception {
    maven(
        SAID,
        "mkdir -p ligo-cli/target/dist/lib; echo 'echo the result' > ligo-cli/target/dist/ligo");
    assertThat(run()).isEqualTo(0);
    assertThat(root.resolve("out")).hasContent("the result");
    assertThat(Files.readAllLines(root.resolve("err")))
        .containsExactly(
            "ligo: building for the first time; Maven may have some 360 MB to download ...",
            "ligo: building ligo-api (1/2)",
            "ligo: building ligo-cli (2/2)");
  }

  @Test
  void aBuildThatFailsShowsMavensErrors() throws Exception {
    maven(SAID + "[ERROR] COMPILATION ERROR :\n  symbol: class X\n[INFO] 1 error\n", "exit 1");
    assertThat(run()).isEqualTo(1);
    assertThat(Files.readString(root.resolve("out"))).isEmpty();
    assertThat(Files.readAllLines(root.resolve("err")))
        .endsWith(
            "ligo: building ligo-cli (2/2)",
            "[ERROR] COMPILATION ERROR :",
            "  symbol: class X",
            "ligo: the build failed (above); nothing was run");
  }

  private void maven(String says, String does) throws Exception {
    Files.writeString(root.resolve("said"), says);
    Path maven = root.resolve("bin/mvn");
    Files.writeString(maven, "#!/bin/bash\ncat said\n" + does + "\n");
    assertThat(maven.toFile().setExecutable(true)).isTrue();
  }

  private int run() throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder("/bin/bash", root.resolve("ligo").toString(), "methods")
            .redirectOutput(root.resolve("out").toFile())
            .redirectError(root.resolve("err").toFile());
    builder
        .environment()
        .merge("PATH", root.resolve("bin").toString(), (old, bin) -> bin + ":" + old);
    Process process = builder.start();
    try {
      assertThat(process.waitFor(1, TimeUnit.MINUTES)).as("ended").isTrue();
    } finally {
      process.destroyForcibly();
    }
    return process.exitValue();
  }
}
