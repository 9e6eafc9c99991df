package dev.ligo.cli.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A process that gets a signal ends with the code of what became of its work. */
class InterruptionTest {
  private static final int SIGTERM = 128 + 15;

  /** Works until a signal comes. */
  static final class Work {
    private Work() {}

    /** The argument says whether the work is done nevertheless. */
    public static void main(String... args) throws Exception {
      boolean done = Boolean.parseBoolean(args[0]);
      Interruption interruption = Interruption.ofProcess();
      System.out.println("ready");
      while (!interruption.isRequested()) {
        Thread.sleep(5);
      }
      System.out.println(done ? "done" : "cancelled");
      interruption.finished(done);
      System.exit(done ? 0 : 1);
    }
  }

  private static Path classes(Class<?> of) throws Exception {
    return Path.of(of.getProtectionDomain().getCodeSource().getLocation().toURI());
  }

  @ParameterizedTest
  @CsvSource({"true, 0, done", "false, " + SIGTERM + ", cancelled"})
  void workThatIsDoneAllTheSameIsNoFailure(boolean done, int code, String said) throws Exception {
    assumeFalse(System.getProperty("os.name").startsWith("Windows"), "there are signals");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                classes(Interruption.class) + ":" + classes(Work.class),
                Work.class.getName(),
                Boolean.toString(done))
            .start();
    try (BufferedReader out =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      assertThat(out.readLine()).isEqualTo("ready");
      process.toHandle().destroy(); // which leaves its streams open
      assertThat(out.readLine()).isEqualTo(said);
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isEqualTo(code);
    } finally {
      process.destroyForcibly();
    }
  }
}
