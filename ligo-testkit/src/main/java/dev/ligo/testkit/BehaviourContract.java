package dev.ligo.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ligo.api.Backend;
import dev.ligo.api.BackendException;
import dev.ligo.api.BackendInfo;
import dev.ligo.api.BackendOptions;
import dev.ligo.api.Computation;
import dev.ligo.api.HostArray;
import dev.ligo.api.Program;
import dev.ligo.api.Shape;
import java.util.Map;
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
