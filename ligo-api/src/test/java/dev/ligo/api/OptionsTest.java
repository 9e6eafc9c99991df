package dev.ligo.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** The choices of a user: devices, threads, the optimizer's constants. */
class OptionsTest {
  @Test
  void devicesAreReadFromTheirNames() {
    assertThat(Device.parse("cpu")).isEqualTo(Device.CPU);
    assertThat(Device.parse("cuda")).isEqualTo(new Device(Device.Kind.CUDA, 0));
    assertThat(Device.parse("cuda:7")).isEqualTo(new Device(Device.Kind.CUDA, 7));
    for (String name : new String[] {"cpu", "cuda:0", "cuda:12"}) {
      assertThat(Device.parse(name)).hasToString(name);
    }
  }

  @Test
  void otherNamesOfDevicesAreRefused() {
    for (String name :
        new String[] {"", "gpu", "CPU", "cpu:0", "cuda:", "cuda:-1", "cuda:1000", " cpu"}) {
      assertThatThrownBy(() -> Device.parse(name))
          .isInstanceOf(LigoException.class)
          .hasMessage(
              "a device is 'cpu', 'cuda' or 'cuda:N' with a number from 0, found '" + name + "'.");
    }
  }

  @Test
  void optionsDifferInWhatIsAskedFor() {
    BackendOptions options = BackendOptions.cpu().withThreads(2);
    assertThat(options.device()).isEqualTo(Device.CPU);
    assertThat(options.threads()).hasValue(2);
    assertThat(BackendOptions.cpu().threads()).isEmpty();
    assertThat(options.withDevice(Device.parse("cuda:1")))
        .isEqualTo(new BackendOptions(Device.parse("cuda:1"), OptionalInt.of(2)));
  }

  @Test
  void noThreadsAreRefused() {
    assertThatThrownBy(() -> BackendOptions.cpu().withThreads(0))
        .isInstanceOf(LigoException.class)
        .hasMessage("a backend needs at least 1 thread, found 0.");
  }

  @Test
  void constantsOfAdamWOutOfRangeAreRefused() {
    for (double beta : new double[] {-0.1, 1, Double.NaN}) {
      assertThatThrownBy(() -> new AdamW(beta, 0.5, 1e-8, 0))
          .isInstanceOf(LigoException.class)
          .hasMessage("AdamW's betas lie in [0, 1), found " + beta + " and 0.5.");
      assertThatThrownBy(() -> new AdamW(0.5, beta, 1e-8, 0))
          .isInstanceOf(LigoException.class)
          .hasMessage("AdamW's betas lie in [0, 1), found 0.5 and " + beta + ".");
    }
    assertThatThrownBy(() -> new AdamW(0.9, 0.99, 0, 0))
        .isInstanceOf(LigoException.class)
        .hasMessage(
            "AdamW's epsilon is above 0 and its weight decay not below, found 0.0 and 0.0.");
    assertThatThrownBy(() -> new AdamW(0.9, 0.99, 1e-8, -1))
        .isInstanceOf(LigoException.class)
        .hasMessage(
            "AdamW's epsilon is above 0 and its weight decay not below, found 1.0E-8 and -1.0.");
  }
}
