package dev.ligo.cli.backends;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ligo.api.Device;
import dev.ligo.api.spi.Requirement;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a kind of device needs is shown step by step. */
class StepTest {
  private static final Requirement DRIVER = Requirement.met("driver", "1.0");
  private static final Requirement LIBRARIES =
      Requirement.missing("libraries", "for the CPU", "install others");
  private static final List<Device> FOUND = List.of(Device.CPU, Device.parse("cuda:0"));

  private static List<String> texts(List<Requirement> requirements, List<Device> devices) {
    return Step.of(Device.Kind.CUDA, requirements, devices).stream().map(Step::text).toList();
  }

  @Test
  void whatIsMissingIsSaidInOrder() {
    assertThat(texts(List.of(DRIVER, LIBRARIES), List.of(Device.CPU)))
        .containsExactly(
            "cuda, step 1, there: driver: 1.0",
            "cuda, step 2, missing: libraries: for the CPU; install others",
            "cuda, step 3, missing: device: none was found; see to the steps before");
  }

  @Test
  void theLastStepIsThatTheEngineFindsOne() {
    assertThat(texts(List.of(DRIVER), FOUND).get(1))
        .isEqualTo("cuda, step 2, there: device: cuda:0");
    assertThat(texts(List.of(DRIVER), List.of()).get(1))
        .startsWith("cuda, step 2, missing: device: none was found; check that");
  }

  @Test
  void aBackendThatRequiresNothingHasNoSteps() {
    assertThat(texts(List.of(), FOUND)).isEmpty();
  }

  @Test
  void aStepIsReadableByPrograms() {
    assertThat(Step.of(Device.Kind.CUDA, List.of(LIBRARIES), List.of()).get(0).json())
        .hasToString(
            "{\"device\":\"cuda\",\"name\":\"libraries\",\"met\":false,\"found\":\"for the CPU\","
                + "\"remedy\":\"install others\"}");
  }
}
