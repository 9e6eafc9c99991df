package dev.ligo.testkit.plain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectUniqueId;

import dev.ligo.testkit.KitOperations;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.platform.engine.TestDescriptor;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Events;

/**
 * The kit is itself tested: each planted defect is caught by the test that is meant to catch it.
 */
class DefectsTest {
  private static final Path TABLE = Path.of("../docs/conformance.md");

  static List<Defect> defects() {
    return Defect.all();
  }

  @ParameterizedTest
  @MethodSource("defects")
  void aDefectIsCaughtByTheTestThatIsMeantToCatchIt(Defect defect) {
    String[] test = defect.caughtBy().split("/", -1);
    Events events =
        EngineTestKit.engine("junit-jupiter")
            .configurationParameter(DefectiveBackend.PARAMETER, defect.name())
            .selectors(selectUniqueId(id(test)))
            .execute()
            .allEvents();
    List<String> failed =
        events.failed().stream().map(e -> operation(e.getTestDescriptor())).distinct().toList();
    assertThat(failed)
        .as("operations or tests that failed")
        .contains(test.length == 1 ? test[0] : test[1]);
  }

  private static String id(String[] test) {
    String type = "[engine:junit-jupiter]/[class:" + DefectiveBackend.class.getName() + "]";
    return test.length == 1
        ? type + "/[method:" + test[0] + "()]"
        : "%s/[test-factory:%s()]/[dynamic-container:#%d]"
            .formatted(type, test[0], KitOperations.names().indexOf(test[1]) + 1);
  }

  /** The operation of a test in the table, the method of any other. */
  private static String operation(TestDescriptor test) {
    String name = test.getDisplayName();
    Optional<TestDescriptor> parent = test.getParent();
    boolean dynamic = test.getUniqueId().toString().contains("dynamic-test");
    return dynamic ? parent.orElseThrow().getDisplayName() : name.replace("()", "");
  }

  @Test
  void theDocumentsTableIsTheseDefects() throws IOException {
    String text = Files.readString(TABLE);
    List<String> rows =
        text.substring(text.indexOf("<!-- defects -->"), text.indexOf("<!-- end -->"))
            .lines()
            .skip(3)
            .toList();
    assertThat(rows)
        .isEqualTo(
            Defect.all().stream()
                .map(d -> "| " + d.name() + " | `" + d.caughtBy() + "` |")
                .toList());
  }

  @Test
  void everyDefectHasANameOfItsOwn() {
    assertThat(Defect.all().stream().map(Defect::name))
        .doesNotHaveDuplicates()
        .hasSizeGreaterThan(24);
  }
}
