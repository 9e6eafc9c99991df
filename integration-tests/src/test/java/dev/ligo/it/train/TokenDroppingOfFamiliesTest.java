package dev.ligo.it.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ligo.api.HostArray;
import dev.ligo.core.fixtures.TinyRuns;
import dev.ligo.core.train.StrategyPlan;
import dev.ligo.core.train.strategy.TokenDroppingTest;
import org.junit.jupiter.api.Test;

/** Token dropping in the real families of texts, on the engines. */
class TokenDroppingOfFamiliesTest extends TokenDroppingTest {
  @Override
  protected TinyRuns create() {
    return FamilyRuns.create();
  }

  @Test
  void aDistillationTokenPasses() {
    TinyRuns.Subject deit = runs.subjects().get(4);
    StrategyPlan plan = plan(deit);
    for (int step = 1; step <= 20; step++) {
      HostArray order = plan.inputs(step, 0, deit.batch(0)).get(deit.stack() + "/order");
      assertThat(order.toDoubles()).startsWith(0, 1);
    }
  }
}
