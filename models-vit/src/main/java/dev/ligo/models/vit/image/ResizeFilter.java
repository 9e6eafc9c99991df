package dev.ligo.models.vit.image;

import java.util.Arrays;
import java.util.Optional;

/**
 * The filters of Pillow's {@code Image.resize}, with the numbers that it has for them. An output
 * pixel is a weighted sum of input pixels; where a picture shrinks, a filter is stretched by as
 * much.
 */
public enum ResizeFilter {
  /** The nearest pixel alone. */
  NEAREST(0, 0),
  /** A windowed sinc over three pixels to each side. */
  LANCZOS(1, 3) {
    @Override
    double at(double x) {
      return x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0;
    }
  },
  /** A triangle. */
  BILINEAR(2, 1) {
    @Override
    double at(double x) {
      return Math.max(0, 1 - Math.abs(x));
    }
  },
  /** A cubic over two pixels to each side. */
  BICUBIC(3, 2) {
    @Override
    double at(double x) {
      double d = Math.abs(x);
      double a = -0.5;
      if (d < 1) {
        return ((a + 2) * d - (a + 3)) * d * d + 1;
      }
      return d < 2 ? (((d - 5) * d + 8) * d - 4) * a : 0;
    }
  },
  /** The mean of what a pixel covers. */
  BOX(4, 0.5) {
    @Override
    double at(double x) {
      return x > -0.5 && x <= 0.5 ? 1 : 0;
    }
  },
  /** A windowed sinc over one pixel to each side. */
  HAMMING(5, 1) {
    @Override
    double at(double x) {
      double d = Math.abs(x);
      return d >= 1 ? 0 : sinc(d) * (0.54 + 0.46 * Math.cos(d * Math.PI));
    }
  };

  private final int number;
  private final double support;

  ResizeFilter(int number, double support) {
    this.number = number;
    this.support = support;
  }

  /** Returns the filter that Pillow has under a number. */
  static Optional<ResizeFilter> numbered(double number) {
    return Arrays.stream(values()).filter(f -> f.number == number).findFirst();
  }

  /** Returns how far from its middle the filter is not 0. */
  double support() {
    return support;
  }

  /** Returns the filter's value at a distance from its middle. */
  double at(double x) {
    throw new UnsupportedOperationException(this + " has no weights.");
  }

  private static double sinc(double x) {
    return x == 0 ? 1 : Math.sin(x * Math.PI) / (x * Math.PI);
  }
}
