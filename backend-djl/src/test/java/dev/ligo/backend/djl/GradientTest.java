package dev.ligo.backend.djl;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ligo.api.DType;
import dev.ligo.api.DeviceArray;
import dev.ligo.api.HostArray;
import dev.ligo.api.NamedTensors;
import dev.ligo.api.Program;
import dev.ligo.api.Shape;
import dev.ligo.api.Tensor;
import dev.ligo.api.Tensors.Loss;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The promises of valueAndGradients beyond the derivative of each operation. */
class GradientTest {
  private final OpenBackend b = OpenBackend.onCpu();
  private final DeviceArray x = b.array(HostArray.of(Shape.of(2), 3.0, 4.0));
  private final DeviceArray y = b.array(HostArray.of(Shape.of(2, 1), 5.0, 6.0));

  @AfterEach
  void close() {
    assertThat(b.strayArrays()).isZero();
    b.close();
  }

  private Map<String, HostArray> run(Program program) {
    SortedMap<String, DeviceArray> out = b.backend().compile(program).run(Map.of("x", x, "y", y));
    Map<String, HostArray> host = new TreeMap<>();
    out.forEach((name, array) -> host.put(name, array.toHost()));
    OpenBackend.closeAll(out);
    assertThat(b.liveArrays()).isEqualTo(2);
    return host;
  }

  @Test
  void anInputThatIsNotReachedHasZerosOfItsDtypeAndShape() {
    var out =
        run(
            (t, in) ->
                t.valueAndGradients(w -> new Loss(w.get("x").square().sum()), in).gradients());
    assertThat(out.get("x").toDoubles()).containsExactly(6, 8);
    assertThat(out.get("y").spec()).isEqualTo(y.spec());
    assertThat(out.get("y").toDoubles()).containsExactly(0, 0);
  }

  @Test
  void aLossThatReachesNothingHasZerosEverywhere() {
    var out =
        run(
            (t, in) -> {
              var r =
                  t.valueAndGradients(
                      w -> new Loss(in.get("x").sum().add(w.get("y").stopGradient().sum())), in);
              Map<String, Tensor> all = new TreeMap<>(r.gradients().asMap());
              all.put("value", r.value());
              return NamedTensors.of(all);
            });
    assertThat(out.get("value").get(0)).isEqualTo(18);
    assertThat(out.get("x").toDoubles()).containsExactly(0, 0);
    assertThat(out.get("y").toDoubles()).containsExactly(0, 0);
  }

  @Test
  void aLossOfConstantsAloneHasZeros() {
    var out =
        run(
            (t, in) ->
                t.valueAndGradients(w -> new Loss(t.scalar(DType.FLOAT64, 2)), in).gradients());
    assertThat(out.get("x").toDoubles()).containsExactly(0, 0);
  }

  @Test
  void aVariableMayItselfBeTheLoss() {
    var out =
        run(
            (t, in) -> {
              NamedTensors at = NamedTensors.of(Map.of("s", in.get("x").sum()));
              var r = t.valueAndGradients(w -> new Loss(w.get("s")), at);
              return NamedTensors.of(
                  Map.of("value", r.value(), "gradient", r.gradients().get("s")));
            });
    assertThat(out.get("value").get(0)).isEqualTo(7);
    assertThat(out.get("gradient").get(0)).isEqualTo(1);
  }

  @Test
  void whatTheLossCapturesIsAConstant() {
    var out =
        run(
            (t, in) ->
                t.valueAndGradients(
                        w -> new Loss(w.get("x").mul(in.get("x")).sum()),
                        NamedTensors.of(Map.of("x", in.get("x"))))
                    .gradients());
    assertThat(out.get("x").toDoubles()).containsExactly(3, 4);
  }

  @Test
  void oneAfterAnotherDoNotAddUp() {
    var out =
        run(
            (t, in) -> {
              var first = t.valueAndGradients(w -> new Loss(w.get("x").square().sum()), in);
              var second = t.valueAndGradients(w -> new Loss(w.get("x").square().sum()), in);
              return NamedTensors.of(
                  Map.of(
                      "first", first.gradients().get("x"), "second", second.gradients().get("x")));
            });
    assertThat(out.get("first").toDoubles()).containsExactly(6, 8);
    assertThat(out.get("second").toDoubles()).containsExactly(6, 8);
  }

  @Test
  void scopesInALossChangeNothing() {
    var out =
        run(
            (t, in) ->
                t.valueAndGradients(
                        w ->
                            new Loss(
                                t.scopeOf(
                                        () ->
                                            t.scopeOf(() -> w.get("x").mul(w.get("x")))
                                                .mul(w.get("y")))
                                    .sum()),
                        in)
                    .gradients());
    assertThat(out.get("x").toDoubles()).containsExactly(2 * 3 * 11, 2 * 4 * 11);
    assertThat(out.get("y").toDoubles()).containsExactly(25, 25);
  }

  @Test
  void aScopeMayReturnWhatItDidNotMake() {
    var out =
        run(
            (t, in) ->
                NamedTensors.of(Map.of("x", t.scopeOf(() -> in.get("x")), "same", in.get("x"))));
    assertThat(out.get("x").toDoubles()).containsExactly(3, 4);
    assertThat(out.get("same").toDoubles()).containsExactly(3, 4);
  }

  @Test
  void auxiliariesLeaveAsConstants() {
    var out =
        run(
            (t, in) -> {
              var r =
                  t.valueAndGradients(
                      w -> {
                        Tensor doubled = w.get("x").mul(2);
                        return new Loss(
                            doubled.square().sum(),
                            NamedTensors.of(Map.of("doubled", doubled, "x", w.get("x"))));
                      },
                      in);
              return NamedTensors.of(
                  Map.of(
                      "gradient", r.gradients().get("x"),
                      "doubled", r.auxiliaries().get("doubled"),
                      "x", r.auxiliaries().get("x")));
            });
    assertThat(out.get("gradient").toDoubles()).containsExactly(24, 32);
    assertThat(out.get("doubled").toDoubles()).containsExactly(6, 8);
    assertThat(out.get("x").toDoubles()).containsExactly(3, 4);
  }
}
