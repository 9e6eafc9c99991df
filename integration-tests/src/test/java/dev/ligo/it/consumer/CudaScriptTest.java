package dev.ligo.it.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script that names libraries for a GPU, with a Python that is a script itself. */
class CudaScriptTest {
  private static final Path SCRIPT = Path.of("../scripts/cuda.sh").toAbsolutePath().normalize();
  private static final Pattern VERSION = Pattern.compile("<pytorch.version>(.+)</pytorch.version>");

  @TempDir Path scratch;
  private String version;
  private Path libraries;

  /** The exit code and the output of a script that has ended. */
  private record Run(int code, String out, String err) {}

  @BeforeEach
  void readTheVersion() throws IOException {
    assumeTrue(
        System.getProperty("os.name").toLowerCase(Locale.ROOT).equals("linux")
            && System.getProperty("os.arch").equals("amd64"),
        "where ligo uses GPUs");
    Matcher m = VERSION.matcher(Files.readString(Path.of("../ligo-bom/pom.xml")));
    assertThat(m.find()).isTrue();
    version = m.group(1);
    libraries = Files.createDirectories(scratch.resolve("with space/torch/lib"));
    Files.createFile(libraries.resolve("libtorch_cuda.so"));
  }

  /** Runs the script with the Python of an environment that has some torch. */
  private Run run(String torch, String cuda, String... arguments) throws Exception {
    Path python = executable("python", answer(torch, cuda));
    return run(Map.of("LIGO_CUDA_PYTHON", python.toString()), arguments);
  }

  private Run run(Map<String, String> environment, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("/bin/bash", SCRIPT.toString()));
    command.addAll(List.of(arguments));
    Path out = scratch.resolve("out");
    Path err = scratch.resolve("err");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
    builder.environment().remove("LIGO_CUDA_PYTHON");
    builder.environment().putAll(environment);
    Process process = builder.start();
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    return new Run(process.exitValue(), Files.readString(out), Files.readString(err));
  }

  /** Returns a line of a shell script that says what is installed. */
  private String answer(String torch, String cuda) {
    return "printf '%%s\\n' '%s' '%s' '%s'\n".formatted(torch, cuda, libraries.getParent());
  }

  private Path executable(String name, String body) throws IOException {
    Path file = Files.writeString(scratch.resolve(name), "#!/bin/sh\n" + body);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
  }

  @Test
  void theSettingsAreAllThatItPrints() throws Exception {
    Run run = run(version, "12.6");
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out().lines())
        .containsExactly(
            "export PYTORCH_LIBRARY_PATH=" + libraries.toString().replace(" ", "\\ "),
            "export PYTORCH_VERSION=" + version,
            "export PYTORCH_FLAVOR=cu128");
    assertThat(run.err()).contains("next: ligo backends --probe").hasLineCount(1);
  }

  @Test
  void anotherTorchIsRefused() throws Exception {
    assertRefused(run("2.0.0", "12.6"), "has torch 2.0.0, and ligo takes " + version);
    assertRefused(run(version, "None"), "for the CPU, without CUDA");
    assertRefused(run(version, "11.8"), "for CUDA 11.8");
    Files.delete(libraries.resolve("libtorch_cuda.so"));
    assertRefused(run(version, "12.6"), "no libtorch_cuda.so in ");
  }

  private static void assertRefused(Run run, String why) {
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).startsWith("cuda: ").contains(why).hasLineCount(1);
  }

  /** The python3 of the PATH makes environments whose Python writes down what it is asked for. */
  @Test
  void anEnvironmentIsMadeOnceWithThatVersion() throws Exception {
    Path asked = scratch.resolve("asked");
    Path python =
        executable(
            "made", "echo \"$1 $2 $3 $6\" >>'%s'\n%s".formatted(asked, answer(version, "12.6")));
    executable("python3", "mkdir -p \"$4/bin\" && cp '%s' \"$4/bin/python\"\n".formatted(python));
    Map<String, String> environment =
        Map.of(
            "PATH",
            scratch + ":" + System.getenv("PATH"),
            "XDG_CACHE_HOME",
            scratch.resolve("cache").toString());
    Run first = run(environment);
    assertThat(first.code()).as(first.err()).isZero();
    assertThat(first.out().lines()).hasSize(3).allMatch(line -> line.startsWith("export "));
    Run second = run(environment);
    assertThat(second.out()).isEqualTo(first.out());
    assertThat(Files.readString(asked).lines().filter(line -> line.startsWith("-m")))
        .containsExactly("-m pip install torch==" + version);
  }

  @Test
  void itTakesNoArguments() throws Exception {
    Run run = run(version, "12.6", "--help");
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).startsWith("usage: ");
  }
}
