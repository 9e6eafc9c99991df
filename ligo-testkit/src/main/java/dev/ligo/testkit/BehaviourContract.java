package dev.ligo.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.ligo.api.Backend;
import dev.ligo.api.BackendException;
import dev.ligo.api.BackendInfo;
import dev.ligo.api.BackendOptions;
import dev.ligo.api.Computation;
import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import dev.ligo.api.NamedTensors;
import dev.ligo.api.Precision;
import dev.ligo.api.Program;
import dev.ligo.api.Shape;
import dev.ligo.api.Tensor;
import dev.ligo.api.Tensors;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What a backend declares is there, and what it denies is not. */
interface BehaviourContract extends Subject {
  private void assertDeclared(Behaviour behaviour, boolean found) {
    assertThat(found)
        .as(behaviour + ", which is " + (has(behaviour) ? "declared" : "denied") + ", was found")
        .isEqualTo(has(behaviour));
  }

  @Test
  default void programsAreTracedAsDeclared() {
    AtomicInteger applications = new AtomicInteger();
    Program program =
        (t, in) -> {
          applications.incrementAndGet();
          return in.map((name, x) -> x.neg());
        };
    Map<String, HostArray> inputs = Map.of("x", HostArray.of(Shape.of(1), 1.0));
    try (Computation c = backend().compile(program)) {
      for (int i = 0; i < 3; i++) {
        Runs.run(backend(), c, inputs, i);
      }
    }
    assertThat(applications.get()).as("applications in three runs").isIn(1, 3);
    assertDeclared(Behaviour.TRACES, applications.get() == 1);
  }

  @Test
  default void largeIntegersAreAsExactAsDeclared() {
    long odd = (1L << 53) + 1;
    HostArray x = HostArray.of(Shape.of(2), odd, -odd);
    long[] sums = Runs.apply(backend(), a -> a.add(2).mul(-1), x).toLongs();
    assertDeclared(Behaviour.EXACT_INT64, sums[0] == -odd - 2 && sums[1] == odd - 2);
  }

  /** 1 + 2⁻¹⁰ has three bits more than bfloat16. */
  @Test
  default void productsAreRoundedToBfloat16AsDeclared() {
    BackendOptions asked =
        new BackendOptions(
            backend().info().device(), OptionalInt.of(backend().info().threads()), Precision.BF16);
    if (!has(Behaviour.BFLOAT16)) {
      assertThatThrownBy(() -> with(asked).close())
          .isInstanceOf(BackendException.class)
          .hasMessageContainingAll(backend().name(), "does not compute in bf16", "float32");
      return;
    }
    float fine = 1 + 0x1p-10f;
    HostArray x = HostArray.of(Shape.of(2, 2), fine, 0f, 0f, fine);
    HostArray identity = HostArray.of(Shape.of(2, 2), 1f, 0f, 0f, 1f);
    // Equal weights of 2⁻⁸, which bfloat16 has, and as many keys as an engine may fuse.
    HostArray keys = Doubles.of(Shape.of(1, 256, 8), i -> fine).as(DType.FLOAT32);
    Map<String, HostArray> inputs = Map.of("x", x, "identity", identity, "keys", keys);
    Program program =
        (t, in) -> {
          Tensor one = in.get("identity");
          Tensor k = in.get("keys");
          NamedTensors values =
              NamedTensors.of("matmul", in.get("x").matmul(one))
                  .with("linear", in.get("x").linear(one))
                  .with("product", in.get("x").mul(one))
                  .with("attention", k.attention(k, k, Optional.empty(), 1, 0))
                  .with("softmax", in.get("x").softmax());
          return values.with(
              t.valueAndGradients(
                      v -> new Tensors.Loss(v.get("identity").matmul(in.get("x")).sum()),
                      NamedTensors.of("identity", one))
                  .gradients());
        };
    try (Backend rounding = with(asked)) {
      assertThat(rounding.info().precision()).isEqualTo(Precision.BF16);
      Map<String, HostArray> found = Runs.run(rounding, program, inputs);
      assertThat(Runs.only(found, "matmul").toDoubles()).containsExactly(1, 0, 0, 1);
      assertThat(Runs.only(found, "linear").toDoubles()).containsExactly(1, 0, 0, 1);
      assertThat(Runs.only(found, "identity").toDoubles()).containsExactly(1, 1, 1, 1);
      assertThat(Runs.only(found, "attention").get(0)).isCloseTo(1, within(1e-5));
      assertThat(Runs.only(found, "product").toDoubles()).containsExactly(fine, 0, 0, fine);
      Map<String, HostArray> exact = Runs.run(backend(), program, inputs);
      assertThat(Runs.only(found, "softmax").bytes())
          .isEqualTo(Runs.only(exact, "softmax").bytes());
      assertThat(Runs.only(exact, "matmul").toDoubles()).containsExactly(fine, 0, 0, fine);
      HostArray large = x.as(DType.FLOAT64);
      assertThat(Runs.apply(rounding, a -> a.matmul(a), large).toDoubles())
          .containsExactly((double) fine * fine, 0, 0, (double) fine * fine);
    }
  }

  @Test
  default void threadsAreCountedAsDeclared() {
    BackendInfo first = backend().info();
    int asked = first.threads() + 1;
    int found;
    try (Backend second = with(new BackendOptions(first.device(), OptionalInt.of(asked)))) {
      found = second.info().threads();
    } catch (BackendException refusal) {
      assertThat(refusal).hasMessageContaining(Integer.toString(asked));
      found = first.threads();
    }
    assertThat(found).as("threads of the second backend").isIn(asked, first.threads());
    assertThat(backend().info().threads()).isEqualTo(first.threads());
    assertDeclared(Behaviour.THREADS_OF_ITS_OWN, found == asked);
  }
}
