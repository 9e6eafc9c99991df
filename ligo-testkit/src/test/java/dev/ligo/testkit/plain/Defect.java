package dev.ligo.testkit.plain;

import dev.ligo.api.BackendOptions;
import dev.ligo.api.Device;
import dev.ligo.api.spi.BackendProvider;
import dev.ligo.api.spi.Engine;
import dev.ligo.api.spi.Kernels;
import dev.ligo.api.spi.Requirement;
import dev.ligo.backend.plain.PlainArray;
import dev.ligo.backend.plain.PlainBackendProvider;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * A deliberately broken backend: the plain one with one thing spoilt.
 *
 * @param name what is wrong
 * @param caughtBy the test of the kit that is to fail: a method, and after a slash the operation
 * @param spoil makes the broken engine from the sound one
 */
record Defect(String name, String caughtBy, UnaryOperator<Engine<PlainArray>> spoil)
    implements BackendProvider {
  /** Every defect, in the order of the documents' table. */
  static List<Defect> all() {
    return Stream.of(
            ElementDefects.all(),
            ShapeDefects.all(),
            NetworkDefects.all(),
            GradientDefects.all(),
            DropoutDefects.all(),
            EngineDefects.all())
        .flatMap(List::stream)
        .toList();
  }

  /** A defect of an operation's kernel. */
  static Defect ofOperation(
      String name, String operation, UnaryOperator<Kernels<PlainArray>> spoil) {
    return ofKernels(name, "operations/" + operation, spoil);
  }

  /** A defect of kernels. */
  static Defect ofKernels(String name, String caughtBy, UnaryOperator<Kernels<PlainArray>> spoil) {
    return new Defect(name, caughtBy, engine -> new SpoiltKernels(engine, spoil));
  }

  private static final class SpoiltKernels extends ForwardingEngine {
    private final UnaryOperator<Kernels<PlainArray>> spoil;

    SpoiltKernels(Engine<PlainArray> engine, UnaryOperator<Kernels<PlainArray>> spoil) {
      super(engine);
      this.spoil = spoil;
    }

    @Override
    public Executable<PlainArray> prepare(
        Body<PlainArray> body, List<dev.ligo.api.TensorSpec> inputs) {
      return super.prepare((k, handles) -> body.apply(spoil.apply(k), handles), inputs);
    }
  }

  @Override
  public Optional<String> obstacle() {
    return Optional.empty();
  }

  /** What a GPU needs is missing, so that an engine that lists one does so wrongly. */
  @Override
  public List<Requirement> requirements(Device.Kind kind) {
    return kind == Device.Kind.CUDA
        ? List.of(Requirement.missing("driver", "none", "install it"))
        : List.of();
  }

  @Override
  public Engine<?> open(BackendOptions options) {
    return spoil.apply(new PlainBackendProvider().open(options));
  }

  @Override
  public String toString() {
    return name;
  }
}
