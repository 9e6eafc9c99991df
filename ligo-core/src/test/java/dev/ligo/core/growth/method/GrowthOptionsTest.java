package dev.ligo.core.growth.method;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ligo.core.growth.Copies;
import java.util.Map;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

/** Records tell instances of one method apart. */
class GrowthOptionsTest {
  @Test
  void ofFpi() {
    assertThat(new FpiMethod().options()).isEqualTo(Map.of("order", "random"));
    assertThat(new FpiMethod(Copies.Order.CIRCULAR).options())
        .isEqualTo(Map.of("order", "circular"));
  }

  @Test
  void ofNet2Net() {
    assertThat(new Net2NetMethod().options()).isEqualTo(Map.of("noise", "0.01"));
    assertThat(new Net2NetMethod(0).options()).isEqualTo(Map.of("noise", "0.0"));
  }

  @Test
  void ofHyperCloning() {
    assertThat(new HyperCloningMethod().options()).isEqualTo(Map.of("noise", "10.0 dB"));
    assertThat(new HyperCloningMethod(OptionalDouble.empty()).options())
        .isEqualTo(Map.of("noise", "none"));
  }
}
