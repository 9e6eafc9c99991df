package dev.ligo.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;

/** A run's inputs, outputs, closing and refusals. */
class ComputationTest {
  private static final Program SUM =
      (t, in) -> NamedTensors.of("sum", in.get("a").add(in.get("b"))).with("a", in.get("a"));

  private final FakeEngine engine = new FakeEngine();
  private final Backend backend = Backend.open(FakeProvider.of(engine), BackendOptions.cpu());
  private final Computation sum = backend.compile(SUM);
  private final DeviceArray a = backend.array(HostArray.of(Shape.of(2), 1f, 2f));
  private final DeviceArray b = backend.array(HostArray.of(Shape.of(3, 1), 1f, 2f, 3f));

  @Test
  void outputsAreNamedAndTheCallersOwn() {
    SortedMap<String, DeviceArray> out = sum.run(Map.of("a", a, "b", b));
    assertThat(out).containsOnlyKeys("a", "sum");
    assertThat(out.get("sum").spec()).isEqualTo(new TensorSpec(DType.FLOAT32, Shape.of(3, 2)));
    a.close();
    assertThat(out.get("a").toHost().toFloats()).containsExactly(1, 2);
    out.values().forEach(DeviceArray::close);
    assertThat(backend.liveArrays()).isEqualTo(1);
  }

  @Test
  void theSeedAndTheDonationsReachTheEngineInTheOrderOfTheNames() {
    sum.run(Map.of("b", b), Map.of("a", a), 42);
    assertThat(engine.seeds()).containsExactly(42L);
    assertThat(engine.donations()).containsExactly(List.of(true, false));
  }

  @Test
  void whatIsDonatedIsClosed() {
    Map<String, DeviceArray> out = sum.run(Map.of("b", b), Map.of("a", a), 0);
    assertThatThrownBy(a::toHost)
        .isInstanceOf(IllegalUseException.class)
        .hasMessage("cannot read an array of float32(2) that was closed or donated.");
    assertThat(b.toHost().toFloats()).containsExactly(1, 2, 3);
    assertThat(backend.liveArrays()).isEqualTo(1 + out.size());
  }

  @Test
  void whatIsDonatedIsClosedAlsoWhenTheRunFails() {
    assertThatThrownBy(() -> sum.run(Map.of(), Map.of("a", a), 0))
        .isInstanceOf(UnknownNameException.class)
        .hasMessage("there is no tensor named 'b', did you mean 'a'?");
    assertThatThrownBy(a::toHost).isInstanceOf(IllegalUseException.class);
    assertThat(backend.liveArrays()).isEqualTo(1);
  }

  @Test
  void whatIsDonatedIsClosedAlsoWhenTheRunIsRefused() {
    b.close();
    assertThatThrownBy(() -> sum.run(Map.of("b", b), Map.of("a", a), 0))
        .isInstanceOf(IllegalUseException.class);
    assertThatThrownBy(a::toHost).isInstanceOf(IllegalUseException.class);
    assertThat(backend.liveArrays()).isZero();
    DeviceArray late = backend.array(HostArray.of(Shape.of(2), 1f, 2f));
    sum.close();
    assertThatThrownBy(() -> sum.run(Map.of(), Map.of("a", late), 0))
        .isInstanceOf(IllegalUseException.class)
        .hasMessage("a computation was run after it was closed.");
    assertThat(backend.liveArrays()).isZero();
  }

  @Test
  void whatAProgramClosesServesItsRunToTheEnd() {
    Computation[] self = new Computation[1];
    self[0] =
        backend.compile(
            (t, in) -> {
              a.close();
              self[0].close();
              assertThat(engine.closedExecutables()).isZero();
              return in;
            });
    assertThat(self[0].run(Map.of("a", a))).containsOnlyKeys("a");
    assertThat(engine.closedExecutables()).isEqualTo(1);
    assertThatThrownBy(a::toHost).isInstanceOf(IllegalUseException.class);
  }

  @Test
  void aProgramIsPreparedOnceForEachSignature() {
    DeviceArray other = backend.array(HostArray.of(Shape.of(1), 1f));
    DeviceArray doubles = backend.array(HostArray.of(Shape.of(1), 1.0));
    for (int i = 0; i < 3; i++) {
      sum.run(Map.of("a", a, "b", b));
      sum.run(Map.of("a", other, "b", b));
      sum.run(Map.of("a", doubles, "b", doubles));
      sum.run(Map.of("a", a, "b", b, "unused", a));
    }
    assertThat(sum.signatures()).isEqualTo(4);
    assertThat(engine.prepared()).isEqualTo(4);
    sum.close();
    assertThat(sum.signatures()).isZero();
    assertThat(engine.closedExecutables()).isEqualTo(4);
  }

  /** Also where one is let go of while it runs. */
  @Test
  void theSignaturesThatWereUsedLastAreKept() {
    for (int i = 1; i <= 200; i++) {
      sum.run(Map.of("a", a, "b", b));
      DeviceArray other = backend.array(HostArray.zeros(DType.FLOAT32, Shape.of(i + 1, 1)));
      sum.run(Map.of("a", other, "b", other));
    }
    assertThat(sum.signatures()).isEqualTo(64);
    assertThat(engine.prepared()).as("the first is used between all others").isEqualTo(201);
    assertThat(engine.closedExecutables()).isEqualTo(201 - 64);
    sum.close();
    assertThat(engine.closedExecutables()).isEqualTo(201);
  }

  @Test
  void aProgramThatIsLetGoOfServesItsRunToTheEnd() {
    Computation[] self = new Computation[1];
    self[0] =
        backend.compile(
            (t, in) -> {
              int rows = in.get("a").shape().dim(0);
              if (rows < 100) {
                DeviceArray next =
                    backend.array(HostArray.zeros(DType.FLOAT32, Shape.of(rows + 1)));
                self[0].run(Map.of("a", next));
                assertThat(engine.closedExecutables()).isLessThanOrEqualTo(100 - rows);
              }
              return in;
            });
    DeviceArray first = backend.array(HostArray.zeros(DType.FLOAT32, Shape.of(1)));
    assertThat(self[0].run(Map.of("a", first))).containsOnlyKeys("a");
    assertThat(self[0].signatures()).isEqualTo(64);
    assertThat(engine.closedExecutables()).isEqualTo(36);
  }

  @Test
  void oneArrayMayBeSeveralInputs() {
    assertThat(sum.run(Map.of("a", a, "b", a))).containsOnlyKeys("a", "sum");
  }

  @Test
  void anArrayThatIsPassedAndDonatedIsRefused() {
    assertThatThrownBy(() -> sum.run(Map.of("a", a), Map.of("b", a), 0))
        .isInstanceOf(IllegalUseException.class)
        .hasMessage("input 'a' is the array donated as 'b'.");
    assertThatThrownBy(() -> sum.run(Map.of("a", a, "b", b), Map.of("a", b), 0))
        .isInstanceOf(IllegalUseException.class)
        .hasMessage("inputs that are passed and donated at once: [a].");
  }

  @Test
  void anArrayThatIsDonatedTwiceIsRefused() {
    assertThatThrownBy(() -> sum.run(Map.of(), Map.of("a", a, "b", a), 0))
        .isInstanceOf(IllegalUseException.class)
        .hasMessageMatching("one array was donated twice, as '(a' and 'b|b' and 'a)'\\.");
  }

  @Test
  void anArrayOfAnotherBackendIsRefused() {
    Backend other = Backend.open(FakeProvider.of(new FakeEngine()), BackendOptions.cpu());
    DeviceArray foreign = other.array(HostArray.of(Shape.of(2), 1f, 2f));
    assertThatThrownBy(() -> sum.run(Map.of("a", a, "b", foreign)))
        .isInstanceOf(IllegalUseException.class)
        .hasMessage(
            "input 'b' lives on another backend, fake on cpu; copy it with toHost() and array().");
  }

  @Test
  void aClosedArrayIsRefused() {
    b.close();
    assertThatThrownBy(() -> sum.run(Map.of("a", a, "b", b)))
        .isInstanceOf(IllegalUseException.class)
        .hasMessage(
            "cannot run a program on an array of float32(3, 1) that was closed or donated.");
  }

  @Test
  void aClosedComputationIsRefused() {
    sum.close();
    sum.close();
    assertThatThrownBy(() -> sum.run(Map.of("a", a, "b", b)))
        .isInstanceOf(IllegalUseException.class)
        .hasMessage("a computation was run after it was closed.");
  }
}
