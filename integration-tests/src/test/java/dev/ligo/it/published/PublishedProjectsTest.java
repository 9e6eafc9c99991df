package dev.ligo.it.published;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ligo.it.published.Pom.Entry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What is published is what a program of another author's needs: the list of versions has all of
 * it, its POMs say what a public repository asks for, and no dependency hangs on the machine that
 * built them. {@code scripts/consumer.sh} publishes it in earnest and builds from there.
 */
class PublishedProjectsTest {
  private static final Path ROOT = Path.of("..");

  private final TreeMap<String, Pom> published = new TreeMap<>();
  private Pom root;
  private Pom bom;

  @BeforeEach
  void read() throws Exception {
    root = Pom.read(ROOT);
    bom = Pom.read(ROOT.resolve("ligo-bom"));
    for (String module : root.texts("modules/module")) {
      Pom pom = Pom.read(ROOT.resolve(module));
      if (pom.text("properties/maven.deploy.skip").isEmpty()) {
        published.put(module, pom);
      }
    }
    assertThat(published).hasSizeGreaterThan(10).containsKey("ligo-bom");
  }

  @Test
  void theListOfVersionsHasEveryModule() {
    Set<String> listed = new TreeSet<>(Set.of("ligo-bom"));
    for (Entry e : bom.entries("dependencyManagement/dependencies/dependency")) {
      if (e.name().startsWith("dev.ligo:")) {
        String module = e.values().get("artifactId");
        assertThat(e.values()).containsEntry("version", "${project.version}");
        assertThat(e.value("type")).as(module).isEqualTo(packaging(module));
        listed.add(module);
      }
    }
    assertThat(listed).isEqualTo(published.keySet());
  }

  private Optional<String> packaging(String module) {
    return published.get(module).text("packaging");
  }

  /** Name and description of its own; the rest is inherited from the list of versions. */
  @Test
  void everyPomSaysWhatAPublicRepositoryAsksFor() {
    published.forEach(
        (module, pom) -> {
          assertThat(pom.text("name")).as(module).contains(module);
          assertThat(pom.text("description")).as(module).isPresent();
        });
    for (String asked :
        List.of(
            "url",
            "licenses/license/name",
            "licenses/license/url",
            "developers/developer/name",
            "scm/connection",
            "scm/developerConnection",
            "scm/url")) {
      assertThat(bom.text(asked)).as(asked).isPresent();
    }
    assertThat(root.text("parent/artifactId")).contains("ligo-bom");
  }

  /** Gradle takes no notice of profiles that an operating system activates. */
  @Test
  void noModuleBringsTheNativesOfTheMachineThatBuiltIt() {
    Set<String> bringing = new TreeSet<>();
    published.forEach(
        (module, pom) -> {
          for (Entry e : pom.entries("dependencies/dependency")) {
            boolean handedOn =
                !e.value("scope").equals(Optional.of("test"))
                    && !e.value("optional").equals(Optional.of("true"));
            if (handedOn && e.value("classifier").isPresent()) {
              bringing.add(module);
            }
            assertThat(e.classified()).as(module).matches(n -> !handedOn || !n.contains("${"));
          }
        });
    assertThat(bringing).containsExactly("ligo-natives-pytorch", "ligo-natives-tensorflow");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ligo-natives-pytorch", "ligo-natives-tensorflow"})
  void theNativesOfEveryPlatformAreThoseThatThisBuildKnows(String module) {
    List<Entry> natives = published.get(module).entries("dependencies/dependency");
    assertThat(natives).allSatisfy(e -> assertThat(e.value("scope")).contains("runtime"));
    Set<String> listed =
        bom.entries("dependencyManagement/dependencies/dependency").stream()
            .filter(e -> e.name().equals(natives.get(0).name()))
            .map(Entry::classified)
            .filter(n -> !n.endsWith("-gpu")) // another build for a platform that is there
            .collect(Collectors.toSet());
    assertThat(natives).extracting(Entry::classified).containsExactlyInAnyOrderElementsOf(listed);
    String property = module.endsWith("pytorch") ? "native.classifier" : "tensorflow.classifier";
    Set<String> built = new HashSet<>(root.texts("properties/" + property));
    built.addAll(root.texts("profiles/profile/properties/" + property));
    built.removeIf(c -> c.endsWith("-gpu"));
    assertThat(natives)
        .extracting(e -> e.value("classifier").orElseThrow())
        .containsExactlyInAnyOrderElementsOf(built);
  }

  /** Without a version, Maven takes the plugin of its own year. */
  @ParameterizedTest
  @ValueSource(strings = {"guice", "neox", "olmo2", "plain"})
  void aProjectOutsideTakesTheListOfVersionsAndPinsItsPlugins(String name) throws Exception {
    Pom consumer = Pom.read(Path.of("consumer", name));
    List<Entry> imported = consumer.entries("dependencyManagement/dependencies/dependency");
    assertThat(imported).singleElement().returns("dev.ligo:ligo-bom", Entry::name);
    assertThat(imported.get(0).value("version")).isEqualTo(bom.text("version"));
    assertThat(consumer.entries("dependencies/dependency"))
        .filteredOn(e -> e.name().startsWith("dev.ligo:"))
        .isNotEmpty()
        .allSatisfy(e -> assertThat(e.value("version")).isEmpty());
    List<Entry> plugins = consumer.entries("build/plugins/plugin");
    assertThat(plugins).allSatisfy(p -> assertThat(p.value("version")).isPresent());
    assertThat(plugins)
        .extracting(p -> p.values().get("artifactId"))
        .contains(
            "maven-resources-plugin",
            "maven-compiler-plugin",
            "maven-surefire-plugin",
            "maven-jar-plugin");
  }

  @Test
  void theReadmeNamesEveryModule() throws Exception {
    String readme = Files.readString(ROOT.resolve("README.md"));
    assertThat(published.keySet()).allSatisfy(m -> assertThat(readme).contains("`" + m + "`"));
  }

  /** Its dependencies are some of those of a project that is built, and in the same words. */
  @Test
  void theReadmesSnippetsAreOfAProjectThatIsBuilt() throws Exception {
    for (String file : List.of("pom.xml", "build.gradle")) {
      String language = file.equals("pom.xml") ? "xml" : "groovy";
      Set<String> built = lines(Files.readString(Path.of("consumer/plain", file)));
      Set<String> shown = lines(snippet(language).replace("linux-x86_64<", "${pytorch.platform}<"));
      assertThat(built).as(file).containsAll(shown);
      assertThat(shown).as(file).hasSizeGreaterThan(5);
    }
  }

  private static String snippet(String language) throws Exception {
    List<String> found = new ArrayList<>();
    for (String block : Files.readString(ROOT.resolve("README.md")).split("```", -1)) {
      if (block.startsWith(language + "\n")) {
        found.add(block.substring(language.length()));
      }
    }
    assertThat(found).hasSize(1);
    return found.get(0);
  }

  private static Set<String> lines(String text) {
    return Stream.of(text.split("\n", -1))
        .map(String::strip)
        .filter(l -> !l.isEmpty())
        .collect(Collectors.toSet());
  }
}
