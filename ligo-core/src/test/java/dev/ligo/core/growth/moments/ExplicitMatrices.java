package dev.ligo.core.growth.moments;

import dev.ligo.api.Backend;
import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import dev.ligo.core.growth.GrowthOperator;
import dev.ligo.core.growth.ParameterGrowth;
import dev.ligo.core.growth.apply.OperatorApplication;
import dev.ligo.core.model.ModelSpec;
import dev.ligo.core.model.Parameter;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** The matrices M and N = M (MᵀM)⁻¹ of an operator's parameters, formed explicitly. */
final class ExplicitMatrices {
  private ExplicitMatrices() {}

  /** The values of the large model's parameters, grown from those of the small one. */
  static Map<String, HostArray> grown(
      GrowthOperator operator, Map<String, HostArray> small, Backend backend) {
    Map<String, HostArray> large = new TreeMap<>();
    new OperatorApplication(operator, small::get, () -> backend).run(large::put);
    return large;
  }

  /** The values of a parameter's layers one after the other. */
  static double[] flat(Parameter p, int layers, Map<String, HostArray> values) {
    return IntStream.range(0, layers)
        .mapToObj(l -> values.get(p.at(l)).toDoubles())
        .flatMapToDouble(Arrays::stream)
        .toArray();
  }

  /** M of every parameter, (large entries) × (small entries), from what unit vectors become. */
  static Map<String, double[][]> of(GrowthOperator operator, ModelSpec<?> small, Backend backend) {
    Map<String, double[][]> columns = new TreeMap<>();
    int most = 0;
    for (ParameterGrowth g : operator.parameters().values()) {
      int size = g.smallLayers() * (int) g.small().shape().size();
      columns.put(g.name(), new double[size][]);
      most = Math.max(most, size);
    }
    for (int i = 0; i < most; i++) {
      Map<String, HostArray> unit = new TreeMap<>();
      small.layout().shapes().forEach((n, s) -> unit.put(n, HostArray.zeros(DType.FLOAT64, s)));
      for (ParameterGrowth g : operator.parameters().values()) {
        int size = (int) g.small().shape().size();
        if (i < g.smallLayers() * size) {
          unit.get(g.small().at(i / size)).set(i % size, 1);
        }
      }
      Map<String, HostArray> grown = grown(operator, unit, backend);
      for (ParameterGrowth g : operator.parameters().values()) {
        if (i < columns.get(g.name()).length) {
          columns.get(g.name())[i] = flat(g.large(), g.largeLayers(), grown);
        }
      }
    }
    return columns;
  }

  /** N = M (MᵀM)⁻¹ column by column, by Gauss and Jordan; a column of zeros stays one. */
  static double[][] inverse(double[][] m) {
    int n = m.length;
    double[][] gram = new double[n][n];
    double[][] x = new double[n][];
    for (int i = 0; i < n; i++) {
      x[i] = m[i].clone();
      for (int j = 0; j < n; j++) {
        for (int k = 0; k < m[i].length; k++) {
          gram[i][j] += m[i][k] * m[j][k];
        }
      }
    }
    for (int i = 0; i < n; i++) {
      int best = i;
      for (int r = i; r < n; r++) {
        best = Math.abs(gram[r][i]) > Math.abs(gram[best][i]) ? r : best;
      }
      if (gram[best][i] == 0) {
        continue;
      }
      double[] row = gram[i];
      gram[i] = gram[best];
      gram[best] = row;
      double[] values = x[i];
      x[i] = x[best];
      x[best] = values;
      scale(gram[i], x[i], gram[i][i]);
      for (int r = 0; r < n; r++) {
        if (r != i) {
          subtract(gram, x, r, i, gram[r][i]);
        }
      }
    }
    return x;
  }

  private static void scale(double[] a, double[] b, double by) {
    for (int i = 0; i < a.length; i++) {
      a[i] /= by;
    }
    for (int i = 0; i < b.length; i++) {
      b[i] /= by;
    }
  }

  private static void subtract(double[][] gram, double[][] x, int to, int from, double times) {
    for (int i = 0; i < gram[to].length; i++) {
      gram[to][i] -= times * gram[from][i];
    }
    for (int i = 0; i < x[to].length; i++) {
      x[to][i] -= times * x[from][i];
    }
  }
}
