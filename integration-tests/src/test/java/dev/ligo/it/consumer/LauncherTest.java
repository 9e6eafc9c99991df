package dev.ligo.it.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The launcher of the distribution puts modules of third parties on its path, and names files in a
 * locale that the system has.
 */
class LauncherTest {
  private static final Path DISTRIBUTION = Path.of("../ligo-cli/target/dist");

  /** The launchers of {@code ligo} and {@code ligo-spark}. */
  private static final List<Path> LAUNCHERS =
      List.of(DISTRIBUTION.resolve("ligo"), Path.of("../ligo-spark/src/dist/ligo-spark"));

  @TempDir Path scratch;

  @BeforeEach
  void theDistributionIsBuilt() {
    boolean built = Files.exists(DISTRIBUTION.resolve("ligo"));
    assertThat(built || System.getenv("CI") == null).as("the distribution is built").isTrue();
    assumeTrue(built, "mvn test packages nothing");
    assumeTrue(Files.exists(Path.of("/bin/bash")), "the launcher is a script for bash");
  }

  @Test
  void aMethodInLigoModulesIsFound() throws Exception {
    Path classes = new Project("plain", scratch).compile();
    assertThat(run(DISTRIBUTION.resolve("ligo"), classes.toString(), "methods"))
        .containsPattern("(?m)^ +mirror +deepens");
  }

  @Test
  void aMethodInThePluginsDirectoryIsFound() throws Exception {
    Path home = home();
    Path classes = new Project("plain", scratch).compile();
    copy(classes, home.resolve("plugins/mirror"));
    assertThat(run(home.resolve("ligo"), "", "methods")).containsPattern("(?m)^ +mirror +deepens");
  }

  @Test
  void familiesOfOthersAreReadAndGrownFromTheirJars() throws Exception {
    Path neox = jar("neox", scratch);
    Path olmo2 = jar("olmo2", scratch);
    Path launcher = DISTRIBUTION.resolve("ligo");
    assertThat(run(1, launcher, "", "inspect", golden("neox"))).contains("\"gpt_neox\"");
    String both = neox + ":" + olmo2;
    assertThat(run(launcher, both, "inspect", golden("neox"))).contains("gpt_neox");
    assertThat(run(launcher, both, "inspect", golden("olmo2"))).contains("olmo2");

    Path home = home();
    jar("neox", home.resolve("plugins"));
    String grown = scratch.resolve("grown").toString();
    run(
        home.resolve("ligo"),
        "",
        "grow",
        "--from",
        golden("neox"),
        "--out",
        grown,
        "--method",
        "stack",
        "--layers",
        "6");
    assertThat(run(home.resolve("ligo"), "", "inspect", grown)).contains("gpt_neox");
  }

  private static String golden(String family) {
    return "consumer/%1$s/src/test/resources/golden/%1$s/lm".formatted(family);
  }

  /** Packs what a project compiles to, as its build would. */
  private Path jar(String project, Path directory) throws Exception {
    Path classes = scratch.resolve("classes-" + project);
    if (!Files.exists(classes)) {
      new Project(project, scratch).compile();
    }
    Path jar = directory.resolve(project + ".jar");
    int code =
        ToolProvider.findFirst("jar")
            .orElseThrow()
            .run(
                System.out, // kept with the test's output
                System.err,
                "--create",
                "--file",
                jar.toString(),
                "-C",
                classes.toString(),
                ".");
    assertThat(code).isZero();
    return jar;
  }

  /** Returns a distribution of its own, with a directory for plugins. */
  private Path home() throws Exception {
    Path home = Files.createDirectories(scratch.resolve("home"));
    for (String name : List.of("lib", "native")) {
      Files.createSymbolicLink(home.resolve(name), DISTRIBUTION.resolve(name).toRealPath());
    }
    for (String name : List.of("ligo", "modules.sh")) {
      Files.copy(DISTRIBUTION.resolve(name), home.resolve(name));
    }
    Files.createDirectories(home.resolve("plugins"));
    return home;
  }

  /** So that they can be copied from where the user stands. */
  @Test
  void commandsThatArePrintedBeginAsTheLauncherWasStarted() throws Exception {
    Path resources = Path.of("../ligo-cli/src/main/resources/dev/ligo/cli").toAbsolutePath();
    String script =
        """
        cd "$1"; PATH=$PATH:$1
        printf 'The whale rose and the ship turned. %%.0s' {1..60} > text
        plan() { "$1" plan --config "$R/config.json" --tokenizer "$R/tokenizer.json" \
          --data text --batch-size 1 --sequence-length 16 --steps 9 --out "$2"; }
        R=%s/demo; plan ./ligo 1; plan ligo 2; plan "$0" 3\
        """
            .formatted(resources);
    Path launcher = DISTRIBUTION.resolve("ligo").toAbsolutePath();
    assertThat(run(Path.of("-c"), "", script, launcher.toString(), home().toString()))
        .containsPattern("(?m)^\\./ligo pretrain --data text ")
        .containsPattern("(?m)^ligo pretrain --data text ")
        .containsPattern("(?m)^" + launcher + " pretrain --data text ");
  }

  @ParameterizedTest
  @CsvSource({"LANG, C", "LANG, xx_XX.UTF-8", "LC_ALL, POSIX", "LC_ALL, xx_XX", "LC_CTYPE, UTF-8"})
  void aNameOutsideAsciiIsReadWhateverTheLocale(String variable, String locale) throws Exception {
    // The shell makes the name: the tests' own Java may be without a locale.
    String script =
        """
        unset LANG LC_ALL LC_CTYPE; export %s=%s
        d=$1/$(printf 'mod\\303\\250le'); mkdir "$d"; "$0" inspect "$d" || true\
        """
            .formatted(variable, locale);
    Path launcher = DISTRIBUTION.resolve("ligo").toAbsolutePath();
    assertThat(run(Path.of("-c"), "", script, launcher.toString(), scratch.toString()))
        .contains("has no config.json");
  }

  @Test
  void aPathThatLeadsNowhereIsNamed() throws Exception {
    Path missing = scratch.resolve("missing.jar");
    for (Path launcher : LAUNCHERS) {
      assertThat(run(2, launcher, scratch + ":" + missing, "methods"))
          .isEqualToIgnoringNewLines(
              "%s: LIGO_MODULES names '%s', which is not there"
                  .formatted(launcher.getFileName(), missing));
    }
  }

  /** The shell reads the value's first line alone: modules after it would be left out. */
  @Test
  void aLineBreakBetweenPathsIsRefused() throws Exception {
    for (Path launcher : LAUNCHERS) {
      assertThat(run(2, launcher, scratch + "\n" + scratch, "methods"))
          .isEqualToIgnoringNewLines(
              launcher.getFileName()
                  + ": LIGO_MODULES has a line break: separate its paths with colons");
    }
  }

  @Test
  void aModuleThatCannotBeReadIsNamedInOneLine() throws Exception {
    Path broken = Files.writeString(scratch.resolve("broken.jar"), "no archive");
    assertThat(run(1, DISTRIBUTION.resolve("ligo"), broken.toString(), "methods"))
        .startsWith("ligo: a module of LIGO_MODULES or plugins/ cannot be loaded: ")
        .contains(broken.toString())
        .doesNotContain("boot layer", "java.lang")
        .hasLineCount(1);
  }

  /** A result that nobody gets is no success. */
  @Test
  void aFullDiskFailsAndAClosedPipeEndsQuietly() throws Exception {
    assumeTrue(Files.exists(Path.of("/dev/full")), "a device that is always full");
    String launcher = DISTRIBUTION.resolve("ligo").toAbsolutePath().toString();
    assertThat(run(1, Path.of("-c"), "", "\"$0\" methods > /dev/full", launcher))
        .startsWith("ligo: the result cannot be written to stdout: ")
        .hasLineCount(1);
    String piped = "set -o pipefail; \"$0\" methods | true";
    assertThat(run(141, Path.of("-c"), "", piped, launcher)).isEmpty();
  }

  private static void copy(Path from, Path to) throws Exception {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path f : files.toList()) {
        Files.copy(f, to.resolve(from.relativize(f).toString()));
      }
    }
  }

  private String run(Path launcher, String modules, String... arguments) throws Exception {
    return run(0, launcher, modules, arguments);
  }

  private String run(int code, Path launcher, String modules, String... arguments)
      throws Exception {
    List<String> command = new ArrayList<>(List.of("/bin/bash", launcher.toString()));
    command.addAll(List.of(arguments));
    Path output = Files.createTempFile(scratch, "launcher", ".txt");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
    builder.environment().put("LIGO_MODULES", modules);
    builder.environment().put("LIGO_HOME", DISTRIBUTION.toAbsolutePath().toString());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    Process process = builder.start();
    try {
      assertThat(process.waitFor(2, TimeUnit.MINUTES)).as("ended").isTrue();
    } finally {
      process.destroyForcibly();
    }
    String text = Files.readString(output);
    assertThat(process.exitValue()).as(text).isEqualTo(code);
    return text;
  }
}
