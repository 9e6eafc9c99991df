package dev.ligo.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Freed once: when it is closed and nobody uses it. */
class RefCountTest {
  private final AtomicInteger freed = new AtomicInteger();
  private final RefCount refCount = new RefCount(freed::incrementAndGet);

  @Test
  void whatNobodyUsesIsFreedWhenItIsClosed() {
    assertThat(refCount.enter()).isTrue();
    refCount.leave();
    assertThat(freed).hasValue(0);
    refCount.close();
    refCount.close();
    assertThat(freed).hasValue(1);
    assertThat(refCount.isClosed()).isTrue();
    assertThat(refCount.enter()).isFalse();
    assertThat(refCount.enterAlone()).isFalse();
  }

  @Test
  void whatIsUsedIsFreedByItsLastUser() {
    assertThat(refCount.enter()).isTrue();
    assertThat(refCount.enter()).isTrue();
    refCount.close();
    assertThat(refCount.enter()).isFalse();
    refCount.leave();
    assertThat(freed).hasValue(0);
    refCount.leave();
    assertThat(freed).hasValue(1);
  }

  @Test
  void aLastUserIsAlone() {
    assertThat(refCount.enter()).isTrue();
    assertThat(refCount.enterAlone()).isFalse();
    refCount.leave();
    assertThat(refCount.enterAlone()).isTrue();
    assertThat(refCount.isClosed()).isTrue();
    refCount.close();
    assertThat(freed).hasValue(0);
    refCount.leave();
    assertThat(freed).hasValue(1);
  }
}
