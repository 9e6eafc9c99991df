package dev.ligo.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ligo.api.spi.BackendProvider;
import dev.ligo.api.spi.Engine;
import dev.ligo.api.spi.Requirement;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Backends are found as services, by name. */
class BackendsTest {
  @TempDir Path directory;
  private final ClassLoader before = Thread.currentThread().getContextClassLoader();

  @AfterEach
  void restore() {
    Thread.currentThread().setContextClassLoader(before);
  }

  private void provide(Class<?>... providers) throws IOException {
    Thread.currentThread()
        .setContextClassLoader(new ServiceClassLoader(before, directory, List.of(providers)));
  }

  /** A backend that says that it was opened. */
  public static class Alpha implements BackendProvider {
    @Override
    public String name() {
      return "alpha";
    }

    @Override
    public Optional<String> obstacle() {
      return Optional.empty();
    }

    @Override
    public Engine<?> open(BackendOptions options) {
      throw new BackendException(name() + " was opened on " + options.device());
    }
  }

  /** The preferred one. */
  public static final class Torch extends Alpha {
    @Override
    public String name() {
      return "pytorch";
    }
  }

  /** One that cannot run here. */
  public static final class Absent extends Alpha {
    @Override
    public String name() {
      return "absent";
    }

    @Override
    public Optional<String> obstacle() {
      return Optional.of("no natives for this platform.");
    }
  }

  /** One that is no engine to work with. */
  public static final class Oracle extends Alpha {
    @Override
    public String name() {
      return "a-first-one";
    }

    @Override
    public Optional<String> purpose() {
      return Optional.of("for tests");
    }
  }

  /** One that computes on a GPU. */
  public static final class Demanding extends Alpha {
    static final Requirement DRIVER = Requirement.missing("driver", "none", "install it");

    @Override
    public List<Requirement> requirements(Device.Kind kind) {
      return kind == Device.Kind.CUDA ? List.of(DRIVER) : List.of();
    }
  }

  /** One with the name of another. */
  public static final class Twin extends Alpha {}

  @Test
  void whatIsThereIsListedWithWhatIsInItsWay() throws IOException {
    provide(Torch.class, Alpha.class, Absent.class);
    assertThat(Backends.available())
        .containsExactly(
            new Backends.Status(
                "absent", Optional.of("no natives for this platform."), Optional.empty()),
            new Backends.Status("alpha", Optional.empty(), Optional.empty()),
            new Backends.Status("pytorch", Optional.empty(), Optional.empty()));
    assertThat(Backends.available())
        .extracting(Backends.Status::usable)
        .containsExactly(false, true, true);
  }

  @Test
  void aBackendIsOpenedByItsName() throws IOException {
    provide(Alpha.class, Torch.class);
    assertThatThrownBy(() -> Backends.open("alpha"))
        .isInstanceOf(BackendException.class)
        .hasMessage("alpha was opened on cpu");
    BackendOptions gpu = BackendOptions.cpu().withDevice(Device.parse("cuda:1"));
    assertThatThrownBy(() -> Backends.open("pytorch", gpu))
        .hasMessage("pytorch was opened on cuda:1");
  }

  @Test
  void whatAKindOfDeviceNeedsIsToldWithoutOpening() throws IOException {
    provide(Demanding.class, Torch.class);
    assertThat(Backends.requirements("alpha", Device.Kind.CUDA)).containsExactly(Demanding.DRIVER);
    assertThat(Backends.requirements("alpha", Device.Kind.CPU)).isEmpty();
    assertThat(Backends.requirements("pytorch", Device.Kind.CUDA)).isEmpty();
    assertThatThrownBy(() -> Backends.requirements("none", Device.Kind.CUDA))
        .isInstanceOf(UnknownNameException.class);
  }

  /** One that cannot be created. */
  public static final class Broken extends Alpha {
    public Broken() {
      throw new IllegalStateException("no licence");
    }
  }

  /** One that nobody could name on a command line. */
  public static final class Nameless extends Alpha {
    @Override
    public String name() {
      return "";
    }
  }

  @Test
  void aProviderThatCannotServeIsNamedWithTheReason() throws IOException {
    provide(Alpha.class, Broken.class);
    assertThatThrownBy(Backends::available)
        .isInstanceOf(LigoException.class)
        .hasMessageStartingWith("loading a backend: ")
        .hasMessageContaining(Broken.class.getName())
        .hasMessageContaining("(java.lang.IllegalStateException: no licence)")
        .hasMessageNotContaining("\n");
    provide(Nameless.class);
    assertThatThrownBy(Backends::available)
        .isInstanceOf(LigoException.class)
        .hasMessageContaining("found '' of " + Nameless.class.getName());
  }

  @Test
  void anUnknownNameIsRefusedWithTheKnown() throws IOException {
    provide(Alpha.class, Torch.class);
    assertThatThrownBy(() -> Backends.open("torch"))
        .isInstanceOf(UnknownNameException.class)
        .hasMessage("there is no backend named 'torch'; there are alpha, pytorch.");
    provide();
    assertThatThrownBy(() -> Backends.open("alpha"))
        .isInstanceOf(UnknownNameException.class)
        .hasMessage("there is no backend named 'alpha': there are none at all.");
  }

  @Test
  void aBackendThatCannotRunSaysWhy() throws IOException {
    provide(Absent.class);
    assertThatThrownBy(() -> Backends.open("absent"))
        .isInstanceOf(BackendException.class)
        .hasMessage("backend 'absent' cannot run here: no natives for this platform.");
  }

  @Test
  void pyTorchIsPreferredThenTheFirstThatCouldRun() throws IOException {
    provide(Alpha.class, Absent.class, Torch.class);
    assertThat(Backends.preferred()).isEqualTo("pytorch");
    provide(Absent.class, Alpha.class);
    assertThat(Backends.preferred()).isEqualTo("alpha");
  }

  @Test
  void whatIsNoEngineIsNeverPreferred() throws IOException {
    provide(Oracle.class, Alpha.class);
    assertThat(Backends.preferred()).isEqualTo("alpha");
    provide(Oracle.class, Absent.class);
    assertThatThrownBy(Backends::preferred)
        .isInstanceOf(BackendException.class)
        .hasMessage(
            "no backend can run here: 'absent': no natives for this platform.; 'a-first-one': for"
                + " tests, opened by its name alone");
    assertThatThrownBy(() -> Backends.open("a-first-one"))
        .hasMessage("a-first-one was opened on cpu");
  }

  @Test
  void withoutABackendThatCouldRunNoneIsPreferred() throws IOException {
    provide(Absent.class);
    assertThatThrownBy(Backends::preferred)
        .isInstanceOf(BackendException.class)
        .hasMessage("no backend can run here: 'absent': no natives for this platform.");
    provide();
    assertThatThrownBy(Backends::preferred)
        .isInstanceOf(BackendException.class)
        .hasMessage(
            "no backend was found; put a backend module on the module path, such as"
                + " dev.ligo.backend.djl.");
  }

  @Test
  void twoBackendsOfOneNameAreRefused() throws IOException {
    provide(Alpha.class, Twin.class);
    assertThatThrownBy(Backends::available)
        .isInstanceOf(BackendException.class)
        .hasMessage(
            "two backends are named 'alpha': dev.ligo.api.BackendsTest$Alpha and"
                + " dev.ligo.api.BackendsTest$Twin; remove one.");
  }
}
