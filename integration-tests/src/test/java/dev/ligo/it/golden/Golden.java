package dev.ligo.it.golden;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import dev.ligo.api.Shape;
import dev.ligo.core.checkpoint.SafetensorsFile;
import dev.ligo.core.model.Dialect;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SortedMap;
import java.util.TreeMap;

/** The results of the public Python implementation for a tiny checkpoint, in float64. */
final class Golden implements AutoCloseable {
  /** Outputs in float32: some hundred roundings of 6e-8 relative to the largest value. */
  static final double OUTPUT = 1e-5;

  /** Gradients in float32: sums over all positions of products of such outputs. */
  static final double GRADIENT = 1e-4;

  /** Anything in float64: the reference's own roundings, amplified as much. */
  static final double DOUBLE = 1e-10;

  static final Path ROOT = Path.of("src/test/resources/golden");

  private static final String GRADIENT_OF = "grad/";

  private final Path directory;
  private final SafetensorsFile file;

  Golden(String family, String name) {
    directory = ROOT.resolve(family).resolve(name);
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

  /** Returns integers as the batches hold them. */
  HostArray ids(String name) {
    return get(name).as(DType.INT32);
  }

  /** Returns the gradient of a parameter: that of a tensor of the file, or of a part of it. */
  HostArray gradient(Dialect.Place place) {
    HostArray whole = get(GRADIENT_OF + place.tensor());
    int rows = whole.shape().rank() == 0 ? 1 : whole.shape().dim(0) / place.parts();
    Shape shape = place.parts() == 1 ? whole.shape() : whole.shape().withDim(0, rows);
    int size = (int) shape.size();
    double[] values = whole.toDoubles();
    return HostArray.of(
        shape, Arrays.copyOfRange(values, place.part() * size, (place.part() + 1) * size));
  }

  /** Returns the gradients that are held, by the parameters' names. */
  SortedMap<String, HostArray> gradients() {
    SortedMap<String, HostArray> gradients = new TreeMap<>();
    file.entries().keySet().stream()
        .filter(n -> n.startsWith(GRADIENT_OF))
        .forEach(n -> gradients.put(n.substring(GRADIENT_OF.length()), get(n)));
    return gradients;
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

  @Override
  public void close() {
    file.close();
  }
}
