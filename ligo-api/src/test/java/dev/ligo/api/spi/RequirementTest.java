package dev.ligo.api.spi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ligo.api.Device;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A device that was not found is explained by the first thing that is missing. */
class RequirementTest {
  private static final Device ASKED = Device.parse("cuda:1");
  private static final Requirement DRIVER = Requirement.met("driver", "1.0");
  private static final Requirement LIBRARIES =
      Requirement.missing("libraries", "for the CPU", "install others");
  private static final Requirement SETTING = Requirement.missing("setting", "none", "set it");

  private static String absent(List<Device> found, Requirement... requirements) {
    return Requirement.absent("Engine", ASKED, found, List.of(requirements)).getMessage();
  }

  @Test
  void theFirstThatIsMissingIsNamed() {
    assertThat(absent(List.of(Device.CPU), DRIVER, LIBRARIES, SETTING))
        .isEqualTo(
            "device cuda:1 was asked for, Engine found [cpu]; libraries: for the CPU; install"
                + " others, or compute on cpu.");
  }

  @Test
  void anotherOfItsKindIsAChoice() {
    assertThat(absent(List.of(Device.CPU, Device.parse("cuda")), DRIVER, SETTING))
        .isEqualTo("device cuda:1 was asked for, Engine found [cpu, cuda:0]; choose one of these.");
  }

  @Test
  void whereNothingIsMissingTheSystemIsToBeAsked() {
    assertThat(absent(List.of(Device.CPU), DRIVER))
        .endsWith("; check that the system lists it and that nothing hides it, or compute on cpu.");
  }
}
