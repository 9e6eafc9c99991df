package dev.ligo.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import com.google.gson.JsonObject;
import dev.ligo.api.Backend;
import dev.ligo.api.BackendOptions;
import dev.ligo.backend.plain.PlainBackendProvider;
import dev.ligo.core.model.Architecture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.platform.engine.TestDescriptor;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;

/**
 * The kit for families is itself tested: each mistake is caught by the test that is to catch it.
 */
class MistakesTest {
  private static final String PARAMETER = "ligo.mistake";

  @ParameterizedTest
  @EnumSource(MistakenFamily.class)
  void aMistakeIsCaughtByTheTestThatIsMeantToCatchIt(MistakenFamily mistake) {
    assertThat(failed(mistake).map(MistakesTest::method).distinct())
        .as("tests that failed")
        .contains(mistake.caughtBy());
  }

  private static Stream<TestDescriptor> failed(MistakenFamily mistake) {
    return EngineTestKit.engine("junit-jupiter")
        .configurationParameter(PARAMETER, mistake.name())
        .selectors(selectClass(Kit.class))
        .execute()
        .allEvents()
        .failed()
        .stream()
        .map(Event::getTestDescriptor);
  }

  /** Growth that keeps the head width hides these: a plan that changes it shows them, by name. */
  @ParameterizedTest
  @EnumSource(names = {"ROTARY_HEADS_DECLARED_AS_FREE", "QUERY_DECLARED_AS_WRITE"})
  void whatAHeadWidthBreaksIsCaughtByWiderHeadsAlone(MistakenFamily mistake) {
    assertThat(
            failed(mistake)
                .filter(t -> method(t).equals(mistake.caughtBy()))
                .map(TestDescriptor::getDisplayName))
        .contains("hypercloning, wider heads", "lemon, wider heads")
        .allMatch(name -> name.endsWith("wider heads"));
  }

  @Test
  void theDocumentsTableHasTheseMistakes() throws IOException {
    assertThat(Files.readAllLines(Path.of("../docs/conformance.md")))
        .containsSequence(
            Stream.of(MistakenFamily.values())
                .map(
                    m ->
                        "| %s | `%s` |"
                            .formatted(
                                m.name().toLowerCase(Locale.ROOT).replace('_', ' '), m.caughtBy()))
                .toList());
  }

  private static String method(TestDescriptor test) {
    return test.getUniqueId().getSegments().get(2).getValue().replaceAll("\\(.*", "");
  }

  /** The kit's test of the mistake that the configuration parameter names. */
  @ExtendWith(Chosen.class)
  static final class Kit extends ArchitectureConformance {
    private final Architecture<?> family;

    Kit(MistakenFamily mistake) {
      family = mistake.family();
    }

    @Override
    protected String name() {
      return family.name();
    }

    @Override
    protected String config() {
      JsonObject json = TinyFamily.json(2, 4, 4);
      if (family instanceof TinyAttention) {
        json.addProperty(TinyFamily.HEADS, 2);
      }
      return json.toString();
    }

    @Override
    protected Architecture<?> architecture() {
      return family;
    }

    @Override
    protected Backend open() {
      return Backend.open(new PlainBackendProvider(), BackendOptions.cpu());
    }
  }

  /** Finds the mistake. */
  static final class Chosen implements ParameterResolver {
    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
      return parameter.getParameter().getType() == MistakenFamily.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
      return MistakenFamily.valueOf(context.getConfigurationParameter(PARAMETER).orElseThrow());
    }
  }
}
