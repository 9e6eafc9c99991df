package dev.ligo.backend.djl;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ligo.api.AdamW;
import dev.ligo.api.Computation;
import dev.ligo.api.DType;
import dev.ligo.api.DeviceArray;
import dev.ligo.api.HostArray;
import dev.ligo.api.NamedTensors;
import dev.ligo.api.Shape;
import dev.ligo.api.Tensor;
import dev.ligo.api.Tensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Scanner;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** A training loop holds as much at its thousandth step as at its fiftieth. */
class LeakTest {
  private static final int PAGE_BYTES = 4096;

  /** The memory that allocator and collector may still hold; a table a step would be 52 MB. */
  private static final long SLACK_BYTES = 24L << 20;

  private static final List<String> PARAMETERS = List.of("beta", "gamma", "table", "weight");

  private final Map<String, DeviceArray> state = new TreeMap<>();

  @Test
  void noNativeArrayIsLeftBehindByATrainingLoop() {
    try (OpenBackend b = OpenBackend.onCpu()) {
      Computation step = prepare(b);
      train(b, step, 50);
      long live = b.liveArrays();
      assertThat(live).isEqualTo(3L * PARAMETERS.size());
      assertThat(b.strayArrays()).isZero();
      train(b, step, 950);
      assertThat(b.liveArrays()).isEqualTo(live);
      assertThat(b.strayArrays()).isZero();
    }
  }

  /** {@code -Dligo.steps=10000} takes half a minute. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void residentMemoryIsFlat() throws IOException {
    int steps = Integer.getInteger("ligo.steps", 1000);
    try (OpenBackend b = OpenBackend.onCpu()) {
      Computation step = prepare(b);
      train(b, step, steps / 5);
      long early = residentBytes();
      train(b, step, steps - steps / 5);
      assertThat(residentBytes() - early).isLessThan(SLACK_BYTES);
    }
  }

  /** {@code -Dligo.shapes=10000} takes some minutes. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void residentMemoryIsFlatOverShapes() throws IOException {
    int shapes = Integer.getInteger("ligo.shapes", 400);
    try (OpenBackend b = OpenBackend.onCpu()) {
      Computation program = b.backend().compile(LeakTest::ofAnyShape);
      run(b, program, 0, shapes / 2);
      long early = residentBytes();
      run(b, program, shapes / 2, shapes);
      assertThat(residentBytes() - early).isLessThan(SLACK_BYTES);
      assertThat(program.signatures()).isLessThan(100);
    }
  }

  /** {@code -Dligo.opens=1000} takes a minute. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void residentMemoryIsFlatOverBackendsThatAreClosed() throws IOException {
    int opens = Integer.getInteger("ligo.opens", 60);
    openAndClose(opens / 2);
    long early = residentBytes();
    openAndClose(opens - opens / 2);
    assertThat(residentBytes() - early).isLessThan(SLACK_BYTES);
  }

  private void openAndClose(int times) {
    for (int i = 0; i < times; i++) {
      try (OpenBackend b = OpenBackend.onCpu()) {
        train(b, prepare(b), 2);
        OpenBackend.closeAll(state);
        assertThat(b.backend().liveArrays()).isZero();
      }
    }
  }

  private static void run(OpenBackend b, Computation program, int from, int to) {
    for (int i = from; i < to; i++) {
      Map<String, DeviceArray> in =
          Map.of("x", b.array(HostArray.zeros(DType.FLOAT32, Shape.of(1 + i / 100, 1 + i % 100))));
      OpenBackend.closeAll(program.run(in));
      OpenBackend.closeAll(in);
    }
  }

  private static NamedTensors ofAnyShape(Tensors t, NamedTensors in) {
    return t.valueAndGradients(
            w -> new Tensors.Loss(w.get("x").geluTanh().softmax().tanh().mean()), in)
        .gradients();
  }

  private static long residentBytes() throws IOException {
    try (Scanner numbers = new Scanner(Path.of("/proc/self/statm"), US_ASCII)) {
      numbers.nextLong(); // the size of the address space
      return numbers.nextLong() * PAGE_BYTES;
    }
  }

  private Computation prepare(OpenBackend b) {
    Map<String, int[]> shapes =
        Map.of(
            "table", new int[] {256, 64},
            "weight", new int[] {256, 64},
            "gamma", new int[] {64},
            "beta", new int[] {64});
    shapes.forEach(
        (name, dims) -> {
          state.put(name, b.array(OpenBackend.normal(DType.FLOAT32, 7, dims)));
          state.put("m." + name, b.array(HostArray.zeros(DType.FLOAT32, Shape.of(dims))));
          state.put("v." + name, b.array(HostArray.zeros(DType.FLOAT32, Shape.of(dims))));
        });
    return b.backend().compile(LeakTest::step);
  }

  private void train(OpenBackend b, Computation step, int steps) {
    for (int i = 1; i <= steps; i++) {
      Map<String, DeviceArray> batch =
          Map.of(
              "ids", b.array(HostArray.zeros(DType.INT32, Shape.of(4, 16))),
              "step", b.scalar(DType.FLOAT32, i),
              "one", b.scalar(DType.FLOAT32, 1));
      Map<String, DeviceArray> after = step.run(batch, Map.copyOf(state), i);
      OpenBackend.closeAll(batch);
      after.remove("loss").close();
      state.clear();
      state.putAll(after);
    }
  }

  private static NamedTensors step(Tensors t, NamedTensors in) {
    Map<String, Tensor> parameters = new TreeMap<>();
    PARAMETERS.forEach(name -> parameters.put(name, in.get(name)));
    var result =
        t.valueAndGradients(w -> new Tensors.Loss(loss(t, w, in)), NamedTensors.of(parameters));
    Map<String, Tensor> out = new TreeMap<>(Map.of("loss", result.value()));
    AdamW optimizer = new AdamW(0.9, 0.999, 1e-8, 0.01);
    AdamW.Step now =
        new AdamW.Step(t.scalar(DType.FLOAT32, 1e-3), in.get("step"), in.get("one"), in.get("one"));
    for (String name : PARAMETERS) {
      List<Tensor> updated =
          t.scope(
              () -> {
                AdamW.State s =
                    optimizer.apply(
                        new AdamW.State(in.get(name), in.get("m." + name), in.get("v." + name)),
                        result.gradients().get(name),
                        now);
                return List.of(s.parameter(), s.first(), s.second());
              });
      out.put(name, updated.get(0));
      out.put("m." + name, updated.get(1));
      out.put("v." + name, updated.get(2));
    }
    return NamedTensors.of(out);
  }

  private static Tensor loss(Tensors t, NamedTensors w, NamedTensors in) {
    Tensor x = w.get("table").take(in.get("ids"), 0);
    Tensor normed =
        t.scopeOf(() -> x.layerNorm(w.get("gamma"), w.get("beta"), 1e-5).geluTanh().dropout(0.1));
    Tensor logits = normed.reshape(64, 64).linear(w.get("weight"));
    return logits.crossEntropy(in.get("ids").reshape(64)).mean();
  }
}
