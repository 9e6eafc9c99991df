package dev.ligo.backend.djl;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ligo.api.Computation;
import dev.ligo.api.DType;
import dev.ligo.api.DeviceArray;
import dev.ligo.api.HostArray;
import dev.ligo.api.NamedTensors;
import dev.ligo.api.Shape;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Masks follow from the seed of the run and the place in the program alone. */
class DropoutTest {
  private static final int SIZE = 100_003;

  private final OpenBackend b = OpenBackend.onCpu();

  @AfterEach
  void close() {
    b.close();
  }

  /** Drops from ones at two places. */
  private Map<String, HostArray> masks(DType dtype, double rate, long seed) {
    try (DeviceArray ones = ones(dtype);
        Computation c =
            b.backend()
                .compile(
                    (t, in) ->
                        NamedTensors.of(
                            Map.of(
                                "first", in.get("x").dropout(rate),
                                "second", in.get("x").dropout(rate))))) {
      Map<String, HostArray> host = new TreeMap<>();
      var out = c.run(Map.of("x", ones), Map.of(), seed);
      out.forEach((name, mask) -> host.put(name, mask.toHost()));
      OpenBackend.closeAll(out);
      return host;
    }
  }

  private DeviceArray ones(DType dtype) {
    HostArray ones = HostArray.zeros(dtype, Shape.of(SIZE));
    for (int i = 0; i < SIZE; i++) {
      ones.set(i, 1);
    }
    return b.array(ones);
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT32", "FLOAT64"})
  void theSameSeedGivesTheSameMasks(DType dtype) {
    var once = masks(dtype, 0.1, 42);
    var again = masks(dtype, 0.1, 42);
    assertThat(once.get("first").bytes()).isEqualTo(again.get("first").bytes());
    assertThat(once.get("second").bytes()).isEqualTo(again.get("second").bytes());
  }

  @Test
  void bothDtypesDropTheSameElements() {
    double[] narrow = masks(DType.FLOAT32, 0.1, 42).get("first").toDoubles();
    double[] wide = masks(DType.FLOAT64, 0.1, 42).get("first").toDoubles();
    for (int i = 0; i < SIZE; i++) {
      assertThat(narrow[i] == 0).isEqualTo(wide[i] == 0);
    }
  }

  @Test
  void anotherSeedOrPlaceGivesAnUnrelatedMask() {
    double[] first = masks(DType.FLOAT32, 0.5, 1).get("first").toDoubles();
    double[] place = masks(DType.FLOAT32, 0.5, 1).get("second").toDoubles();
    double[] seed = masks(DType.FLOAT32, 0.5, 2).get("first").toDoubles();
    assertThat(agreement(first, place)).isBetween(0.49, 0.51);
    assertThat(agreement(first, seed)).isBetween(0.49, 0.51);
    assertThat(agreement(place, seed)).isBetween(0.49, 0.51);
  }

  private static double agreement(double[] a, double[] b) {
    int equal = 0;
    for (int i = 0; i < a.length; i++) {
      equal += a[i] == b[i] ? 1 : 0;
    }
    return (double) equal / a.length;
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.01, 0.1, 0.5, 0.9})
  void dropsAtTheRateAndScalesTheRest(double rate) {
    double[] mask = masks(DType.FLOAT64, rate, 3).get("first").toDoubles();
    int dropped = 0;
    for (double m : mask) {
      assertThat(m).isIn(0.0, 1 / (1 - rate));
      dropped += m == 0 ? 1 : 0;
    }
    double deviation = Math.sqrt(rate * (1 - rate) / SIZE);
    assertThat((double) dropped / SIZE).isBetween(rate - 5 * deviation, rate + 5 * deviation);
  }
}
