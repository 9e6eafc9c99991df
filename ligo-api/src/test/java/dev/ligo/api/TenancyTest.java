package dev.ligo.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Freed once: when it is closed and nobody uses it. */
class TenancyTest {
  private final AtomicInteger freed = new AtomicInteger();
  private final Tenancy tenancy = new Tenancy(freed::incrementAndGet);

  @Test
  void whatNobodyUsesIsFreedWhenItIsClosed() {
    assertThat(tenancy.enter()).isTrue();
    tenancy.leave();
    assertThat(freed).hasValue(0);
    tenancy.close();
    tenancy.close();
    assertThat(freed).hasValue(1);
    assertThat(tenancy.isClosed()).isTrue();
    assertThat(tenancy.enter()).isFalse();
    assertThat(tenancy.enterAlone()).isFalse();
  }

  @Test
  void whatIsUsedIsFreedByItsLastUser() {
    assertThat(tenancy.enter()).isTrue();
    assertThat(tenancy.enter()).isTrue();
    tenancy.close();
    assertThat(tenancy.enter()).isFalse();
    tenancy.leave();
    assertThat(freed).hasValue(0);
    tenancy.leave();
    assertThat(freed).hasValue(1);
  }

  @Test
  void aLastUserIsAlone() {
    assertThat(tenancy.enter()).isTrue();
    assertThat(tenancy.enterAlone()).isFalse();
    tenancy.leave();
    assertThat(tenancy.enterAlone()).isTrue();
    assertThat(tenancy.isClosed()).isTrue();
    tenancy.close();
    assertThat(freed).hasValue(0);
    tenancy.leave();
    assertThat(freed).hasValue(1);
  }
}
