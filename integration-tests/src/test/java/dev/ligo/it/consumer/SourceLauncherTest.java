package dev.ligo.it.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launchers, with a Maven and a Java that only say what the real ones would be told. */
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

  /** Bars and colors are for terminals that know them; {@code script} makes one. */
  @Test
  void aDumbTerminalGetsNoBarsAndNoColors() throws Exception {
    assumeTrue(Files.exists(Path.of("/usr/bin/script")), "the script of util-linux");
    for (String name : List.of("ligo", "modules.sh")) {
      Files.copy(
          Path.of("../ligo-cli/src/dist").resolve(name),
          root.resolve(name),
          StandardCopyOption.REPLACE_EXISTING);
    }
    program("bin/java", "echo \"$*, NO_COLOR=${NO_COLOR:-}\"");
    for (boolean dumb : new boolean[] {true, false}) {
      String command = "TERM=%s JAVA_HOME=. bash ./ligo".formatted(dumb ? "dumb" : "xterm");
      assertThat(run("/usr/bin/script", "-qec", command, "/dev/null")).isEqualTo(0);
      assertThat(root.resolve("out"))
          .content()
          .contains("-Dligo.terminal=" + !dumb)
          .contains(dumb ? "NO_COLOR=1" : "NO_COLOR=\r");
    }
  }

  private void maven(String says, String does) throws Exception {
    Files.writeString(root.resolve("said"), says);
    program("bin/mvn", "cat said\n" + does);
  }

  private void program(String name, String does) throws Exception {
    Path program = Files.writeString(root.resolve(name), "#!/bin/bash\n" + does + "\n");
    assertThat(program.toFile().setExecutable(true)).isTrue();
  }

  private int run() throws Exception {
    return run("/bin/bash", root.resolve("ligo").toString(), "methods");
  }

  private int run(String... command) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(root.toFile())
            .redirectOutput(root.resolve("out").toFile())
            .redirectError(root.resolve("err").toFile());
    builder.environment().keySet().removeAll(List.of("NO_COLOR", "LIGO_MODULES"));
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
