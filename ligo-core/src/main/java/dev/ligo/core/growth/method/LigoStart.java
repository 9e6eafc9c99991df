package dev.ligo.core.growth.method;

import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import dev.ligo.api.Shape;
import dev.ligo.core.data.SeededRandom;
import dev.ligo.core.growth.AxisMap;
import dev.ligo.core.growth.ProductSelection;
import dev.ligo.core.model.Axis;

/**
 * Where LiGO's factors begin by rules of its own, as the paper's authors draw them: matrices
 * (large, small), float32.
 *
 * @param options the rules
 * @param seed what is drawn from
 */
record LigoStart(LigoOptions options, long seed) {
  /** Returns the beginning of a depth factor, (large layers, small layers). */
  HostArray depth(String key, int small, int large) {
    SeededRandom random = new SeededRandom(seed, "ligo/depth/" + key);
    HostArray rows = HostArray.zeros(DType.FLOAT32, Shape.of(large, small));
    for (int l = 0; l < large; l++) {
      for (int j = 0; j < small; j++) {
        boolean source =
            switch (options.depth()) {
              case STACK -> j == l % small;
              case INTERPOLATE -> j == (int) ((long) l * small / large);
              case RANDOM -> false;
            };
        double noise = options.depth() == LigoOptions.DepthStart.RANDOM ? 1 : options.depthNoise();
        rows.set(l * small + j, (source ? 1 : 0) + noise * random.nextDouble());
      }
      divideBySum(rows, l);
    }
    return rows;
  }

  /** Returns the beginning of a width factor: the small units, and rows for those added. */
  HostArray width(Axis.Width small, Axis.Width large) {
    SeededRandom random = new SeededRandom(seed, "ligo/width/" + large.name());
    HostArray m = HostArray.zeros(DType.FLOAT32, Shape.of(large.size(), small.size()));
    AxisMap.Selection corner = ProductSelection.corner(small, large);
    for (int i = 0; i < large.size(); i++) {
      if (corner.index(i) == AxisMap.Selection.NONE) {
        drawRow(m, i, random);
      } else {
        m.set(i * small.size() + corner.index(i), 1);
      }
    }
    return m;
  }

  private void drawRow(HostArray m, int row, SeededRandom random) {
    int n = m.shape().dim(1);
    int chosen = random.nextInt(n);
    for (int j = 0; j < n; j++) {
      double selected = j == chosen ? 1 : 0;
      double value =
          switch (options.width()) {
            case RANDOM -> random.nextDouble();
            case SOFTMAX -> Math.exp(random.nextGaussian());
            case SELECTION -> selected;
          };
      m.set(row * n + j, value);
    }
    divideBySum(m, row);
  }

  private static void divideBySum(HostArray m, int row) {
    int n = m.shape().dim(1);
    double sum = 0;
    for (int j = 0; j < n; j++) {
      sum += m.get(row * n + j);
    }
    for (int j = 0; j < n; j++) {
      m.set(row * n + j, m.get(row * n + j) / sum);
    }
  }
}
