package dev.ligo.it.readme;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ligo.cli.LigoCommand;
import dev.ligo.cli.console.Console;
import dev.ligo.cli.console.Interruption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** The documents' links lead somewhere, and the commands and options that they name exist. */
class DocumentationLinksTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Pattern FENCE = Pattern.compile("(?ms)^ *```.*?^ *```$");
  private static final Pattern CODE = Pattern.compile("`([^`\n]+)`");
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
  private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.*)$");
  private static final Pattern COMMAND =
      Pattern.compile("(?m)^ *(?:source <\\()?(?:[A-Z_]+=\\S+ )*(?:\\./)?ligo ([^|)#\n]+)");
  private static final Pattern OUTPUT =
      Pattern.compile("--(?:operator-)?out ([a-z0-9][\\w.-]*)(?!\\S)");
  private static final Pattern OPTION = Pattern.compile("(?<![\\w-])--[a-z][a-z0-9-]*");

  /** Options of the example that authors are shown, and of ligo on a cluster. */
  private static final Set<String> OF_OTHERS =
      Set.of(
          "--freeze-layers",
          "--no-write-model-card",
          "--sync-every",
          "--outer-learning-rate",
          "--outer-momentum");

  /** Documents that may name what was renamed since. */
  private static final List<String> HISTORY = List.of("CHANGELOG.md", "docs/decisions/");

  private static final Map<String, Set<String>> OPTIONS = options();

  private static Map<String, Set<String>> options() {
    CommandLine line = LigoCommand.line(Console.system(new Interruption()));
    return line.getSubcommands().entrySet().stream()
        .collect(
            Collectors.toMap(
                Map.Entry::getKey, e -> e.getValue().getCommandSpec().optionsMap().keySet()));
  }

  static List<Path> documents() throws IOException {
    List<Path> found = new ArrayList<>();
    try (Stream<Path> children = Files.list(ROOT)) {
      for (Path child : children.sorted().toList()) {
        Path name = child.getFileName();
        if (Files.isRegularFile(child)) {
          found.add(child);
        } else if (Set.of("docs", "examples").contains(name.toString())) {
          found.addAll(below(child));
        } else if (Files.exists(child.resolve("src/main"))) {
          found.addAll(below(child.resolve("src/main")));
        }
      }
    }
    return found.stream().filter(p -> p.toString().endsWith(".md")).map(ROOT::relativize).toList();
  }

  private static List<Path> below(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }

  private static String text(Path document) throws IOException {
    return Files.readString(ROOT.resolve(document));
  }

  @Test
  void theDocumentsAreFound() throws IOException {
    assertThat(documents())
        .contains(Path.of("README.md"), Path.of("CONTRIBUTING.md"), Path.of("docs/training.md"));
  }

  @ParameterizedTest
  @MethodSource("documents")
  void everyLinkLeadsSomewhere(Path document) throws IOException {
    String prose = CODE.matcher(FENCE.matcher(text(document)).replaceAll("")).replaceAll("");
    List<String> broken = new ArrayList<>();
    for (MatchResult m : LINK.matcher(prose).results().toList()) {
      String link = m.group(1);
      if (!link.matches("[a-z]+:.*") && !leadsSomewhere(document, link)) {
        broken.add(link);
      }
    }
    assertThat(broken).isEmpty();
  }

  private static boolean leadsSomewhere(Path document, String link) throws IOException {
    int hash = link.indexOf('#');
    String path = hash < 0 ? link : link.substring(0, hash);
    Path source = ROOT.resolve(document);
    Path target = path.isEmpty() ? source : source.resolveSibling(path).normalize();
    return Files.exists(target)
        && (hash < 0 || anchors(Files.readString(target)).contains(link.substring(hash + 1)));
  }

  /** Returns the anchors that GitHub gives the headings. */
  private static Set<String> anchors(String markdown) {
    return HEADING
        .matcher(FENCE.matcher(markdown).replaceAll(""))
        .results()
        .map(m -> m.group(1).toLowerCase(Locale.ROOT))
        .map(h -> h.replaceAll("[^\\p{L}\\p{N}\\- _]", "").replace(' ', '-'))
        .collect(Collectors.toSet());
  }

  @Test
  void theIndexNamesEveryPage() throws IOException {
    Path index = ROOT.resolve("docs/README.md");
    String[] pages =
        documents().stream()
            .filter(p -> p.startsWith("docs") && !p.startsWith("docs/decisions"))
            .filter(p -> !p.startsWith("docs/results") || p.endsWith("results/README.md"))
            .map(p -> index.getParent().relativize(ROOT.resolve(p)).toString().replace('\\', '/'))
            .filter(p -> !p.equals("README.md"))
            .toArray(String[]::new);
    assertThat(
            LINK.matcher(Files.readString(index))
                .results()
                .map(m -> m.group(1).replaceAll("#.*", "")))
        .contains(pages);
  }

  @ParameterizedTest
  @MethodSource("documents")
  void everyOptionExists(Path document) throws IOException {
    String text = text(document);
    assertThat(unknownToItsCommand(text)).isEmpty();
    if (!isHistory(document)) {
      assertThat(unknownToAll(text)).isEmpty();
    }
  }

  /** Whoever follows the README in a clone does not find its outputs among what git shows. */
  @Test
  void whatTheReadmesCommandsWriteIsIgnored() throws IOException {
    String[] outputs =
        codes(text(Path.of("README.md"))).stream()
            .flatMap(c -> OUTPUT.matcher(c).results().map(m -> "/" + m.group(1)))
            .toArray(String[]::new);
    assertThat(outputs).contains("/deeper");
    assertThat(Files.readAllLines(ROOT.resolve(".gitignore"))).contains(outputs);
  }

  @Test
  void whatDoesNotExistIsFound() {
    String document =
        """
        Take `--no-such` or `ligo shrink`.

        ```
        A=1 ./ligo grow --from small \\
                        --steps-of 3   # --comment
        ligo evaluate --from small --hidden 3
        ```
        """;
    assertThat(unknownToItsCommand(document))
        .containsExactly("ligo evaluate --hidden", "ligo grow --steps-of", "ligo shrink");
    assertThat(unknownToAll(document)).containsExactly("--no-such");
  }

  /** Returns the commands that there are not, and options with a command that has none such. */
  private static Set<String> unknownToItsCommand(String markdown) {
    Set<String> unknown = new TreeSet<>();
    for (String code : codes(markdown)) {
      for (MatchResult m : COMMAND.matcher(code).results().toList()) {
        String command = m.group(1).split(" ", 2)[0];
        Set<String> known = OPTIONS.getOrDefault(command, Set.of());
        if (command.matches("[a-z][a-z-]*") && known.isEmpty()) {
          unknown.add("ligo " + command);
        }
        OPTION
            .matcher(m.group(1))
            .results()
            .filter(o -> !known.contains(o.group()) && !OF_OTHERS.contains(o.group()))
            .forEach(o -> unknown.add("ligo " + command + " " + o.group()));
      }
    }
    return unknown;
  }

  /** Returns the options in the prose that no command has. */
  private static Set<String> unknownToAll(String markdown) {
    return CODE.matcher(FENCE.matcher(markdown).replaceAll(""))
        .results()
        .map(m -> m.group(1))
        .filter(c -> c.startsWith("--"))
        .flatMap(c -> OPTION.matcher(c).results().map(MatchResult::group))
        .filter(o -> !OF_OTHERS.contains(o))
        .filter(o -> OPTIONS.values().stream().noneMatch(known -> known.contains(o)))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static boolean isHistory(Path document) {
    String path = document.toString().replace('\\', '/');
    return HISTORY.stream().anyMatch(path::startsWith);
  }

  /** Returns the pieces of code, each command on one line. */
  private static List<String> codes(String markdown) {
    List<String> codes = new ArrayList<>();
    FENCE
        .matcher(markdown)
        .results()
        .map(m -> m.group().replaceAll("\\\\\n\\s*", " "))
        .filter(c -> !c.stripLeading().startsWith("```java"))
        .forEach(codes::add);
    CODE.matcher(FENCE.matcher(markdown).replaceAll(""))
        .results()
        .forEach(m -> codes.add(m.group(1)));
    return codes;
  }
}
