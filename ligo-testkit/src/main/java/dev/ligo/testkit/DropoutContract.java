package dev.ligo.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ligo.api.Backend;
import dev.ligo.api.Computation;
import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import dev.ligo.api.NamedTensors;
import dev.ligo.api.Program;
import dev.ligo.api.Shape;
import dev.ligo.api.Tensor;
import dev.ligo.api.Tensors;
import dev.ligo.api.Tensors.Loss;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Dropout draws its masks from the seed of the run and the place in the program alone. */
interface DropoutContract extends Subject {
  /** Two uses of dropout on one input. */
  private static NamedTensors twice(Tensors t, NamedTensors in) {
    Tensor x = in.get("x");
    return NamedTensors.of("first", x.dropout(0.5)).with("second", x.dropout(0.5));
  }

  private static HostArray ones(DType dtype) {
    return Doubles.of(Shape.of(40, 250), i -> 1).as(dtype);
  }

  private static Map<String, HostArray> masks(Backend backend, DType dtype, long seed) {
    return Runs.run(backend, DropoutContract::twice, Map.of("x", ones(dtype)), seed);
  }

  @Test
  default void elementsAreDroppedAtTheRateAndTheOthersScaled() {
    for (DType dtype : OperationCase.FLOATING) {
      for (double rate : new double[] {0.1, 0.5, 0.9}) {
        Program program = (t, in) -> NamedTensors.of("y", in.get("x").dropout(rate));
        HostArray y = Runs.only(Runs.run(backend(), program, Map.of("x", ones(dtype)), 11), "y");
        double kept = HostArray.scalar(dtype, 1 / (1 - rate)).get(0);
        double precision = kept * (dtype == DType.FLOAT32 ? 0x1p-23 : 0x1p-52);
        long zeros = Arrays.stream(y.toDoubles()).filter(v -> v == 0).count();
        assertThat(Arrays.stream(y.toDoubles()).filter(v -> v != 0))
            .allMatch(v -> Math.abs(v - kept) <= precision);
        double deviation = Math.sqrt(y.size() * rate * (1 - rate));
        assertThat((zeros - y.size() * rate) / deviation)
            .as("deviations from the expected number of zeros")
            .isBetween(-4.0, 4.0);
      }
    }
  }

  @Test
  default void elementsAreDrawnOneByOne() {
    double[] y = Runs.only(masks(backend(), DType.FLOAT32, 5), "first").toDoubles();
    List<String> rows =
        IntStream.range(0, 40)
            .mapToObj(r -> Arrays.toString(Arrays.copyOfRange(y, r * 250, (r + 1) * 250)))
            .toList();
    assertThat(rows).doesNotHaveDuplicates();
  }

  @Test
  default void theSameSeedGivesTheSameMasks() {
    for (DType dtype : OperationCase.FLOATING) {
      Map<String, HostArray> first = masks(backend(), dtype, 3);
      try (Backend another = another();
          Computation c = backend().compile(DropoutContract::twice)) {
        List<Map<String, HostArray>> again =
            List.of(
                masks(backend(), dtype, 3),
                masks(another, dtype, 3),
                Runs.run(backend(), c, Map.of("x", ones(dtype)), 3),
                Runs.run(backend(), c, Map.of("x", ones(dtype)), 3));
        for (Map<String, HostArray> other : again) {
          first.forEach(
              (name, mask) -> assertThat(Runs.only(other, name).bytes()).isEqualTo(mask.bytes()));
        }
      }
    }
  }

  @Test
  default void anotherSeedGivesOtherMasks() {
    long[] seeds = {0, 1, -1, 1L << 32, (1L << 32) + 1, Long.MAX_VALUE, Long.MIN_VALUE};
    List<String> masks =
        Arrays.stream(seeds)
            .mapToObj(s -> Runs.only(masks(backend(), DType.FLOAT32, s), "first"))
            .map(m -> Arrays.toString(m.toFloats()))
            .toList();
    assertThat(masks).doesNotHaveDuplicates();
  }

  /** A trace must not keep the seed of the run that it was made for. */
  @Test
  default void oneComputationDrawsAnewForEachSeed() {
    try (Computation c = backend().compile(DropoutContract::twice)) {
      for (long seed : new long[] {3, 4, 3}) {
        Map<String, HostArray> expected = masks(backend(), DType.FLOAT32, seed);
        Map<String, HostArray> drawn =
            Runs.run(backend(), c, Map.of("x", ones(DType.FLOAT32)), seed);
        expected.forEach(
            (name, mask) ->
                assertThat(Runs.only(drawn, name).bytes()).as(name).isEqualTo(mask.bytes()));
      }
    }
  }

  @Test
  default void anotherPlaceGivesAnotherMask() {
    Map<String, HostArray> masks = masks(backend(), DType.FLOAT32, 3);
    assertThat(Runs.only(masks, "first").bytes()).isNotEqualTo(Runs.only(masks, "second").bytes());
  }

  @Test
  default void placesAndSeedsAreNotInterchangeable() {
    Map<String, HostArray> one = masks(backend(), DType.FLOAT32, 1);
    Map<String, HostArray> two = masks(backend(), DType.FLOAT32, 2);
    assertThat(Runs.only(one, "second").bytes()).isNotEqualTo(Runs.only(two, "first").bytes());
    assertThat(Runs.only(one, "first").bytes()).isNotEqualTo(Runs.only(two, "second").bytes());
  }

  @Test
  default void aRateOfZeroIsTheIdentity() {
    HostArray x = HostArray.of(Shape.of(2), 1.5, -2.0);
    assertThat(Runs.apply(backend(), v -> v.dropout(0), x).bytes()).isEqualTo(x.bytes());
  }

  @Test
  default void theGradientIsTheMask() {
    Program program =
        (t, in) -> {
          var result =
              t.valueAndGradients(
                  v -> {
                    var y = v.get("x").dropout(0.3);
                    return new Loss(y.sum(), NamedTensors.of("y", y));
                  },
                  in);
          return result.auxiliaries().with(result.gradients());
        };
    for (DType dtype : OperationCase.FLOATING) {
      Map<String, HostArray> out = Runs.run(backend(), program, Map.of("x", ones(dtype)), 9);
      assertThat(Runs.only(out, "x").bytes()).isEqualTo(Runs.only(out, "y").bytes());
    }
  }

  @Test
  default void attentionDropsProbabilities() {
    Program program =
        (t, in) -> {
          var zeros = t.full(DType.FLOAT64, Shape.of(8, 16), 0);
          return NamedTensors.of(
              "y", zeros.attention(zeros, in.get("x"), Optional.empty(), 1, 0.25));
        };
    HostArray identity = Doubles.of(Shape.of(8, 8), i -> i[0] == i[1] ? 1 : 0).as(DType.FLOAT64);
    double[] y = Runs.only(Runs.run(backend(), program, Map.of("x", identity), 4), "y").toDoubles();
    double kept = 1 / 8.0 / 0.75;
    assertThat(Arrays.stream(y)).allMatch(p -> p == 0 || Math.abs(p - kept) < 1e-15);
    assertThat(Arrays.stream(y).filter(p -> p == 0).count()).isBetween(4L, 30L);
  }
}
