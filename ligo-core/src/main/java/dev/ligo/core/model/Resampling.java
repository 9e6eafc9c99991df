package dev.ligo.core.model;

import dev.ligo.api.HostArray;
import dev.ligo.api.Shape;
import java.util.function.DoubleUnaryOperator;

/** How a table of positions is interpolated to another grid of patches. */
public enum Resampling {
  /**
   * Bicubic with Keys' a = −3/4 and four taps, clamped at the border, as {@code transformers} has
   * it: PyTorch's {@code interpolate} without {@code antialias}.
   */
  BICUBIC(-0.75, false),
  /**
   * Bicubic with a = −1/2, widened where the grid shrinks and normalized at the border, as {@code
   * timm} has it: PyTorch's {@code interpolate} with {@code antialias}.
   */
  BICUBIC_ANTIALIASED(-0.5, true);

  private static final int TAPS = 2; // on each side

  private final double a;
  private final boolean antialias;

  Resampling(double a, boolean antialias) {
    this.a = a;
    this.antialias = antialias;
  }

  HostArray apply(HostArray table, Axis.Grid from, Axis.Grid to) {
    int width = table.shape().dim(2);
    double[][] rows = weights(from.rows(), to.rows());
    double[][] columns = weights(from.columns(), to.columns());
    HostArray out = HostArray.zeros(table.dtype(), Shape.of(1, to.size(), width));
    for (int i = 0; i < to.leading() * width; i++) {
      out.set(i, table.get(i));
    }
    for (int r = 0; r < to.rows(); r++) {
      for (int c = 0; c < to.columns(); c++) {
        int position = to.leading() + r * to.columns() + c;
        for (int unit = 0; unit < width; unit++) {
          double sum = 0;
          for (int y = 0; y < from.rows(); y++) {
            for (int x = 0; x < from.columns(); x++) {
              double weight = rows[r][y] * columns[c][x];
              if (weight != 0) {
                sum += weight * table.get((from.leading() + y * from.columns() + x) * width + unit);
              }
            }
          }
          out.set(position * width + unit, sum);
        }
      }
    }
    return out;
  }

  /** Returns the matrix (to, from) that interpolates along one side of the grid. */
  private double[][] weights(int from, int to) {
    double[][] m = new double[to][from];
    double scale = (double) from / to;
    for (int i = 0; i < to; i++) {
      if (antialias) {
        widened(m[i], scale * (i + 0.5), Math.max(1, scale));
      } else {
        fourTaps(m[i], scale * (i + 0.5) - 0.5);
      }
    }
    return m;
  }

  private void fourTaps(double[] row, double at) {
    int first = (int) Math.floor(at) - 1;
    for (int tap = first; tap < first + 2 * TAPS; tap++) {
      row[Math.max(0, Math.min(row.length - 1, tap))] += kernel(at - tap);
    }
  }

  private void widened(double[] row, double centre, double stretch) {
    int first = Math.max(0, (int) (centre - TAPS * stretch + 0.5));
    int end = Math.min(row.length, (int) (centre + TAPS * stretch + 0.5));
    DoubleUnaryOperator weight = tap -> kernel((tap - centre + 0.5) / stretch);
    double sum = 0;
    for (int tap = first; tap < end; tap++) {
      sum += weight.applyAsDouble(tap);
    }
    for (int tap = first; tap < end; tap++) {
      row[tap] = weight.applyAsDouble(tap) / sum;
    }
  }

  /** Keys, "Cubic convolution interpolation for digital image processing", 1981, equation 4. */
  private double kernel(double distance) {
    double x = Math.abs(distance);
    if (x <= 1) {
      return ((a + 2) * x - (a + 3)) * x * x + 1;
    }
    return x < 2 ? ((a * x - 5 * a) * x + 8 * a) * x - 4 * a : 0;
  }
}
