package dev.ligo.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ligo.api.Backend;
import dev.ligo.api.BackendException;
import dev.ligo.api.BackendOptions;
import dev.ligo.api.Computation;
import dev.ligo.api.DType;
import dev.ligo.api.Device;
import dev.ligo.api.DeviceArray;
import dev.ligo.api.HostArray;
import dev.ligo.api.IllegalUseException;
import dev.ligo.api.NamedTensors;
import dev.ligo.api.Program;
import dev.ligo.api.Shape;
import dev.ligo.api.Tensor;
import dev.ligo.api.Tensors;
import dev.ligo.api.Tensors.Loss;
import dev.ligo.api.Tensors.ValueAndGradients;
import dev.ligo.api.spi.Requirement;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Arrays, computations and backends: opened, used, closed, and refused after that. */
interface LifeCycleContract extends Subject {
  /** A step of gradient descent with a scope: w ← w − 0.1·∂(Σ(x·w)²)/∂w. */
  private static NamedTensors step(Tensors t, NamedTensors in) {
    ValueAndGradients result =
        t.valueAndGradients(
            v -> {
              Tensor y = t.scopeOf(() -> in.get("x").matmul(v.get("w")).square());
              return new Loss(y.sum(), NamedTensors.of("y", y));
            },
            NamedTensors.of("w", in.get("w")));
    Tensor w = in.get("w").sub(result.gradients().get("w").mul(0.1));
    return NamedTensors.of("w", w).with("loss", result.value());
  }

  private static HostArray vector(double... values) {
    return HostArray.of(Shape.of(values.length), values);
  }

  @Test
  default void aLoopKeepsTheNumberOfLiveArrays() {
    long before = backend().liveArrays();
    try (Computation c = backend().compile(LifeCycleContract::step);
        DeviceArray x = backend().array(HostArray.of(Shape.of(1, 2), 0.1, 0.2))) {
      DeviceArray w = backend().array(HostArray.of(Shape.of(2, 1), 1.0, -1.0));
      for (int i = 0; i < 60; i++) {
        Map<String, DeviceArray> out =
            i % 2 == 0 ? c.run(Map.of("x", x, "w", w)) : c.run(Map.of("x", x), Map.of("w", w), i);
        w.close();
        w = out.remove("w");
        out.values().forEach(DeviceArray::close);
        assertThat(backend().liveArrays()).as("after step " + i).isEqualTo(before + 2);
      }
      w.close();
      assertThat(c.signatures()).isEqualTo(1);
    }
    assertThat(backend().liveArrays()).isEqualTo(before);
  }

  @Test
  default void aFailedRunLeavesNothing() {
    Program failing =
        (t, in) -> {
          in.get("x").exp().add(1);
          throw new ArithmeticException("on purpose");
        };
    try (DeviceArray x = backend().array(vector(1, 2));
        Computation c = backend().compile(failing)) {
      for (int i = 0; i < 3; i++) {
        assertThatThrownBy(() -> c.run(Map.of("x", x)))
            .isInstanceOf(ArithmeticException.class)
            .hasMessage("on purpose");
      }
      assertThat(backend().liveArrays()).isEqualTo(1);
      assertThat(x.toHost().toDoubles()).containsExactly(1, 2);
    }
  }

  @Test
  default void aDonatedArrayIsClosedAlsoWhenTheRunFails() {
    Program failing =
        (t, in) -> {
          throw new ArithmeticException("on purpose");
        };
    DeviceArray x = backend().array(vector(1));
    try (Computation c = backend().compile(failing)) {
      assertThatThrownBy(() -> c.run(Map.of(), Map.of("x", x), 0))
          .isInstanceOf(ArithmeticException.class);
    }
    assertThatThrownBy(x::toHost).isInstanceOf(IllegalUseException.class);
    assertThat(backend().liveArrays()).isZero();
  }

  @Test
  default void otherShapesAndDTypesAreOtherSignatures() {
    Program square = (t, in) -> NamedTensors.of("y", in.get("x").square());
    try (Computation c = backend().compile(square)) {
      for (int round = 0; round < 2; round++) {
        for (DType dtype : OperationCase.NUMBERS) {
          for (int n : new int[] {0, 1, 3}) {
            HostArray x = Doubles.of(Shape.of(n), i -> 3).as(dtype);
            HostArray y = Runs.only(Runs.run(backend(), c, Map.of("x", x), 0), "y");
            assertThat(y.spec()).isEqualTo(x.spec());
            assertThat(y.toDoubles())
                .containsOnly(Doubles.of(Shape.of(n), i -> 9).as(dtype).toDoubles());
          }
        }
      }
      assertThat(c.signatures()).isEqualTo(12);
    }
  }

  @Test
  default void aClosedArrayIsRefused() {
    DeviceArray x = backend().array(vector(1, 2));
    x.close();
    x.close();
    assertThatThrownBy(x::toHost)
        .isInstanceOf(IllegalUseException.class)
        .hasMessage("cannot read an array of float64(2) that was closed or donated.");
    try (Computation c = backend().compile((t, in) -> in)) {
      assertThatThrownBy(() -> c.run(Map.of("x", x)))
          .isInstanceOf(IllegalUseException.class)
          .hasMessage("cannot run a program on an array of float64(2) that was closed or donated.");
    }
    assertThat(backend().liveArrays()).isZero();
  }

  @Test
  default void aClosedComputationIsRefused() {
    Computation c = backend().compile((t, in) -> in);
    try (DeviceArray x = backend().array(vector(1))) {
      Runs.toHost(c.run(Map.of("x", x)));
      c.close();
      c.close();
      assertThatThrownBy(() -> c.run(Map.of("x", x)))
          .isInstanceOf(IllegalUseException.class)
          .hasMessage("a computation was run after it was closed.");
    }
  }

  @Test
  default void aClosedBackendIsRefusedAndClosesWhatIsLeft() {
    Backend another = another();
    DeviceArray x = another.array(vector(1, 2));
    Computation c = another.compile((t, in) -> NamedTensors.of("y", in.get("x").exp()));
    DeviceArray y = c.run(Map.of("x", x)).get("y");
    another.close();
    another.close();
    String message = "backend '" + another.name() + "' was used after it was closed.";
    assertThatThrownBy(x::toHost).isInstanceOf(IllegalUseException.class).hasMessage(message);
    assertThatThrownBy(y::toHost).isInstanceOf(IllegalUseException.class).hasMessage(message);
    assertThatThrownBy(() -> c.run(Map.of("x", x)))
        .isInstanceOf(IllegalUseException.class)
        .hasMessage(message);
    assertThatThrownBy(() -> another.array(vector(1)))
        .isInstanceOf(IllegalUseException.class)
        .hasMessage(message);
    assertThatThrownBy(() -> another.compile((t, in) -> in))
        .isInstanceOf(IllegalUseException.class)
        .hasMessage(message);
    assertThat(another.liveArrays()).isZero();
    x.close();
    y.close();
    c.close();
    assertThat(Runs.apply(backend(), Tensor::neg, vector(1)).toDoubles()).containsExactly(-1);
  }

  @Test
  default void arraysOfAnotherBackendAreRefused() {
    try (Backend another = another();
        DeviceArray x = another.array(vector(1));
        Computation c = backend().compile((t, in) -> in)) {
      assertThatThrownBy(() -> c.run(Map.of("x", x)))
          .isInstanceOf(IllegalUseException.class)
          .hasMessage(
              "input 'x' lives on another backend, "
                  + another
                  + "; copy it with toHost() and array().");
    }
  }

  @Test
  default void theBackendSaysWhatItIs() {
    assertThat(backend().name()).isLowerCase();
    assertThat(backend().info().engine()).isNotBlank();
    assertThat(backend().info().version()).isNotBlank();
    assertThat(backend().info().devices()).contains(backend().info().device());
    assertThat(backend().info().threads()).isPositive();
    assertThat(backend()).hasToString(backend().name() + " on " + backend().info().device());
  }

  /** No other device takes its place. */
  @Test
  default void aDeviceThatIsNotThereIsRefused() {
    Device absent = new Device(Device.Kind.CUDA, 999);
    assertThat(backend().info().devices()).doesNotContain(absent);
    assertThatThrownBy(() -> with(BackendOptions.cpu().withDevice(absent)))
        .isInstanceOf(BackendException.class)
        .hasMessageContaining("cuda:999");
  }

  @Test
  default void aDeviceThatItListsLacksNothing() {
    for (Device.Kind kind : Device.Kind.values()) {
      List<Requirement> requirements = requirements(kind);
      boolean there = backend().info().devices().stream().anyMatch(d -> d.kind() == kind);
      assertThat(requirements)
          .as("what %s needs", kind)
          .allSatisfy(r -> assertThat(r.name()).isNotBlank())
          .allSatisfy(r -> assertThat(r.found()).isNotBlank())
          .allSatisfy(r -> assertThat(r.isMet() || !there).as("%s is met", r).isTrue());
    }
  }

  @Test
  default void everyDeviceThatItListsCanBeOpened() {
    for (Device device : backend().info().devices()) {
      try (Backend there = with(BackendOptions.cpu().withDevice(device))) {
        assertThat(there.info().device()).isEqualTo(device);
        assertThat(Runs.apply(there, Tensor::neg, vector(1)).toDoubles()).containsExactly(-1);
      }
    }
  }

  /** Whoever donates an array has no use for it any more, so that a refusal closes it too. */
  @Test
  default void aDonatedArrayIsClosedAlsoWhenTheRunIsRefused() {
    DeviceArray gift = backend().array(vector(1));
    DeviceArray closed = backend().array(vector(1));
    closed.close();
    try (Computation c = backend().compile((t, in) -> in)) {
      assertThatThrownBy(() -> c.run(Map.of("x", closed), Map.of("y", gift), 0))
          .isInstanceOf(IllegalUseException.class);
    }
    assertThatThrownBy(gift::toHost).isInstanceOf(IllegalUseException.class);
    assertThat(backend().liveArrays()).isZero();
  }
}
