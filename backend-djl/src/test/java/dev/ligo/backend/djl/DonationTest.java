package dev.ligo.backend.djl;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ligo.api.AdamW;
import dev.ligo.api.Computation;
import dev.ligo.api.DType;
import dev.ligo.api.DeviceArray;
import dev.ligo.api.HostArray;
import dev.ligo.api.NamedTensors;
import dev.ligo.api.Program;
import dev.ligo.api.Shape;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An update in place overwrites what was given to it, and nothing else. */
class DonationTest {
  private static final AdamW OPTIMIZER = new AdamW(0.9, 0.999, 1e-8, 0.1);

  private final OpenBackend b = OpenBackend.onCpu();

  @AfterEach
  void close() {
    assertThat(b.strayArrays()).isZero();
    b.close();
  }

  private static AdamW.State update(NamedTensors in, String p, String m, String v) {
    AdamW.Step step = new AdamW.Step(in.get("one"), in.get("one"), in.get("one"), in.get("one"));
    return OPTIMIZER.apply(
        new AdamW.State(in.get(p), in.get(m), in.get(v)), in.get("gradient"), step);
  }

  private static NamedTensors named(AdamW.State s) {
    return NamedTensors.of(Map.of("p", s.parameter(), "m", s.first(), "v", s.second()));
  }

  private static final Program STEP = (t, in) -> named(update(in, "p", "m", "v"));

  private DeviceArray normal(long seed) {
    return b.array(OpenBackend.normal(DType.FLOAT32, seed, 5, 3));
  }

  private DeviceArray zeros() {
    return b.array(HostArray.zeros(DType.FLOAT32, Shape.of(5, 3)));
  }

  private Map<String, DeviceArray> fixed() {
    return Map.of("gradient", normal(9), "one", b.scalar(DType.FLOAT32, 1));
  }

  private static Map<String, DeviceArray> join(
      Map<String, DeviceArray> a, Map<String, DeviceArray> b) {
    Map<String, DeviceArray> all = new TreeMap<>(a);
    all.putAll(b);
    return all;
  }

  private static void assertSame(Map<String, DeviceArray> a, Map<String, DeviceArray> b) {
    assertThat(a.keySet()).isEqualTo(b.keySet());
    a.forEach(
        (name, array) ->
            assertThat(array.toHost().toFloats())
                .as(name)
                .containsExactly(b.get(name).toHost().toFloats()));
  }

  @Test
  void changesNoResult() {
    Computation c = b.backend().compile(STEP);
    Map<String, DeviceArray> fixed = fixed();
    Map<String, DeviceArray> state = Map.of("p", normal(1), "m", zeros(), "v", zeros());
    float[] before = state.get("p").toHost().toFloats();
    var kept = c.run(join(fixed, state), Map.of(), 0);
    assertThat(state.get("p").toHost().toFloats()).containsExactly(before);
    var donated = c.run(fixed, state, 0);
    assertSame(donated, kept);
    assertThat(donated.get("p").toHost().toFloats()).isNotEqualTo(before);
  }

  @Test
  void isRepeatable() {
    Computation c = b.backend().compile(STEP);
    Map<String, DeviceArray> fixed = fixed();
    Map<String, DeviceArray> kept = Map.of("p", normal(1), "m", zeros(), "v", zeros());
    Map<String, DeviceArray> donated = Map.of("p", normal(1), "m", zeros(), "v", zeros());
    for (int i = 0; i < 3; i++) {
      kept = c.run(join(fixed, kept));
      donated = c.run(fixed, donated, 0);
      assertSame(donated, kept);
    }
  }

  @Test
  void sparesAnInputThatAnOutputWasMadeOf() {
    Computation same =
        b.backend().compile((t, in) -> NamedTensors.of(Map.of("p", in.get("p").reshape(3, 5))));
    Computation back =
        b.backend().compile((t, in) -> NamedTensors.of(Map.of("p", in.get("p").reshape(5, 3))));
    DeviceArray original = normal(1);
    float[] before = original.toHost().toFloats();
    DeviceArray turned = same.run(Map.of("p", original)).get("p");
    DeviceArray alias = back.run(Map.of("p", turned)).get("p");
    b.backend().compile(STEP).run(fixed(), Map.of("p", alias, "m", zeros(), "v", zeros()), 0);
    assertThat(original.toHost().toFloats()).containsExactly(before);
    assertThat(turned.toHost().toFloats()).containsExactly(before);
  }

  @Test
  void sparesAnOutputOfTheSameMemory() {
    Computation twice =
        b.backend()
            .compile(
                (t, in) -> {
                  var p = in.get("p").add(1);
                  return NamedTensors.of(Map.of("a", p, "b", p, "c", p.reshape(15)));
                });
    var out = twice.run(Map.of("p", normal(1)));
    float[] before = out.get("a").toHost().toFloats();
    b.backend()
        .compile(STEP)
        .run(fixed(), Map.of("p", out.get("b"), "m", zeros(), "v", zeros()), 0);
    assertThat(out.get("a").toHost().toFloats()).containsExactly(before);
    assertThat(out.get("c").toHost().toFloats()).containsExactly(before);
  }

  @Test
  void sparesACachedConstant() {
    Computation one =
        b.backend().compile((t, in) -> NamedTensors.of(Map.of("p", t.scalar(DType.FLOAT32, 5))));
    Map<String, DeviceArray> fixed =
        Map.of("gradient", b.scalar(DType.FLOAT32, 1), "one", b.scalar(DType.FLOAT32, 1));
    b.backend()
        .compile(STEP)
        .run(
            fixed,
            Map.of(
                "p", one.run(Map.of()).get("p"),
                "m", b.scalar(DType.FLOAT32, 0),
                "v", b.scalar(DType.FLOAT32, 0)),
            0);
    assertThat(one.run(Map.of()).get("p").toHost().get(0)).isEqualTo(5);
  }

  @Test
  void allowsOneArrayForBothMoments() {
    Map<String, DeviceArray> fixed = fixed();
    var apart =
        b.backend().compile(STEP).run(fixed, Map.of("p", normal(1), "m", zeros(), "v", zeros()), 0);
    var together =
        b.backend()
            .compile((t, in) -> named(update(in, "p", "m", "m")))
            .run(fixed, Map.of("p", normal(1), "m", zeros()), 0);
    assertSame(together, apart);
  }

  @Test
  void takesWhatIsNotContiguous() {
    Computation turn =
        b.backend().compile((t, in) -> NamedTensors.of(Map.of("p", in.get("p").transpose())));
    DeviceArray turned =
        turn.run(Map.of(), Map.of("p", b.array(OpenBackend.normal(DType.FLOAT32, 1, 3, 5))), 0)
            .get("p");
    DeviceArray copy = b.array(turned.toHost());
    Computation c = b.backend().compile(STEP);
    Map<String, DeviceArray> fixed = fixed();
    assertSame(
        c.run(fixed, Map.of("p", turned, "m", zeros(), "v", zeros()), 0),
        c.run(fixed, Map.of("p", copy, "m", zeros(), "v", zeros()), 0));
  }
}
