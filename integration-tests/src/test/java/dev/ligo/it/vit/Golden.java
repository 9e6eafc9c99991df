package dev.ligo.it.vit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ligo.api.Backend;
import dev.ligo.api.Computation;
import dev.ligo.api.DType;
import dev.ligo.api.DeviceArray;
import dev.ligo.api.HostArray;
import dev.ligo.api.NamedTensors;
import dev.ligo.api.Program;
import dev.ligo.api.Shape;
import dev.ligo.core.checkpoint.SafetensorsFile;
import dev.ligo.core.model.Dialect;
import dev.ligo.core.model.Model;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** What transformers or timm computed for a tiny checkpoint, in float64; and computing it here. */
final class Golden implements AutoCloseable {
  /** Outputs in float32: some hundred roundings of 6e-8 relative to the largest value. */
  static final double OUTPUT = 1e-5;

  /** Gradients in float32: sums over all positions of products of such outputs. */
  static final double GRADIENT = 1e-4;

  /** Anything in float64: the reference's own roundings, amplified as much. */
  static final double DOUBLE = 1e-10;

  static final Path ROOT = Path.of("src/test/resources/golden/vit");

  private final Path directory;
  private final SafetensorsFile file;

  Golden(String name) {
    directory = ROOT.resolve(name);
    file = SafetensorsFile.open(directory.resolve("golden.safetensors"));
  }

  Path directory() {
    return directory;
  }

  HostArray get(String name) {
    return file.read(name);
  }

  boolean has(String name) {
    return file.entries().containsKey(name);
  }

  /** Returns the gradient of a parameter: that of a tensor of the file, or of a part of it. */
  HostArray gradient(Dialect.Place place) {
    HostArray whole = get("grad/" + place.tensor());
    int rows = whole.shape().rank() == 0 ? 1 : whole.shape().dim(0) / place.parts();
    Shape shape = place.parts() == 1 ? whole.shape() : whole.shape().withDim(0, rows);
    int size = (int) shape.size();
    double[] values = whole.toDoubles();
    return HostArray.of(
        shape, Arrays.copyOfRange(values, place.part() * size, (place.part() + 1) * size));
  }

  /** Returns the batch: images, and labels where there are any. */
  SortedMap<String, HostArray> batch(DType dtype) {
    SortedMap<String, HostArray> m = new TreeMap<>();
    HostArray pixels = get("pixel_values");
    int images = pixels.shape().dim(0);
    m.put("pixel_values", pixels.as(dtype));
    m.put(
        "labels",
        has("labels")
            ? get("labels").as(DType.INT32)
            : HostArray.zeros(DType.INT32, Shape.of(images)));
    double[] ones = new double[images];
    Arrays.fill(ones, 1);
    m.put("weights", HostArray.of(Shape.of(images), ones).as(dtype));
    return m;
  }

  static double largest(HostArray a) {
    return Arrays.stream(a.toDoubles()).map(Math::abs).max().orElse(0);
  }

  /** Returns the largest error relative to the largest reference magnitude. */
  static double error(HostArray found, HostArray reference) {
    return error(found, reference, largest(reference));
  }

  static double error(HostArray found, HostArray reference, double scale) {
    assertThat(found.shape()).isEqualTo(reference.shape());
    double worst = 0;
    for (int i = 0; i < reference.size(); i++) {
      double e = Math.abs(found.get(i) - reference.get(i));
      worst = Double.isNaN(e) ? Double.NaN : Math.max(worst, e);
    }
    return worst / scale;
  }

  /** Returns a model's tokens and, for a head, its logits. */
  static Program outputs(Model<?> model) {
    return (t, in) -> {
      NamedTensors w = in.under("parameter/");
      NamedTensors batch = in.under("batch/");
      NamedTensors hidden = model.forward(t, w, batch, false);
      return model.heads().isEmpty()
          ? hidden
          : hidden.with("logits", model.logits(model.pretraining(), t, w, batch, false));
    };
  }

  static SortedMap<String, HostArray> run(
      Backend backend,
      Program program,
      Map<String, HostArray> values,
      Map<String, HostArray> batch,
      DType dtype) {
    Map<String, HostArray> in = new TreeMap<>();
    values.forEach((n, a) -> in.put("parameter/" + n, a.as(dtype)));
    batch.forEach((n, a) -> in.put("batch/" + n, a));
    Map<String, DeviceArray> inputs = backend.arrays(in);
    SortedMap<String, HostArray> out = new TreeMap<>();
    try (Computation computation = backend.compile(program)) {
      computation
          .run(inputs)
          .forEach(
              (n, a) -> {
                out.put(n, a.toHost());
                a.close();
              });
    } finally {
      inputs.values().forEach(DeviceArray::close);
    }
    return out;
  }

  @Override
  public void close() {
    file.close();
  }
}
