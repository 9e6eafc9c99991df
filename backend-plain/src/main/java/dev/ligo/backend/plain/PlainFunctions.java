package dev.ligo.backend.plain;

import dev.ligo.api.spi.Kernels.Binary;
import dev.ligo.api.spi.Kernels.Unary;

/** The elementwise functions and their derivatives. */
final class PlainFunctions {
  private PlainFunctions() {}

  static double value(Unary f, double x) {
    return switch (f) {
      case NEGATE -> -x;
      case ABS -> Math.abs(x);
      case EXP -> Math.exp(x);
      case LOG -> Math.log(x);
      case SQRT -> Math.sqrt(x);
      case RSQRT -> 1 / Math.sqrt(x);
      case SIN -> Math.sin(x);
      case COS -> Math.cos(x);
      case TANH -> Math.tanh(x);
      case SIGMOID -> 1 / (1 + Math.exp(-x));
      case ERF -> erf(x);
      case RELU -> Math.max(x, 0);
      case NOT -> x == 0 ? 1 : 0;
    };
  }

  /** Returns the derivative at x, where the function's value is y. */
  static double derivative(Unary f, double x, double y) {
    return switch (f) {
      case NEGATE -> -1;
      case ABS -> Math.signum(x);
      case EXP -> y;
      case LOG -> 1 / x;
      case SQRT -> 0.5 / y;
      case RSQRT -> -0.5 * y / x;
      case SIN -> Math.cos(x);
      case COS -> -Math.sin(x);
      case TANH -> 1 - y * y;
      case SIGMOID -> y * (1 - y);
      case ERF -> 2 / Math.sqrt(Math.PI) * Math.exp(-x * x);
      case RELU -> x > 0 ? 1 : 0;
      case NOT -> 0;
    };
  }

  static double value(Binary f, double a, double b) {
    return switch (f) {
      case ADD -> a + b;
      case SUBTRACT -> a - b;
      case MULTIPLY -> a * b;
      case DIVIDE -> a / b;
      case MAXIMUM -> Math.max(a, b);
      case MINIMUM -> Math.min(a, b);
      case EQUAL -> a == b ? 1 : 0;
      case LESS -> a < b ? 1 : 0;
      case LESS_OR_EQUAL -> a <= b ? 1 : 0;
      case AND -> a * b;
      case OR -> Math.max(a, b);
    };
  }

  /** Returns the derivative for the first argument. */
  static double derivativeA(Binary f, double a, double b) {
    return switch (f) {
      case ADD, SUBTRACT -> 1;
      case MULTIPLY -> b;
      case DIVIDE -> 1 / b;
      case MAXIMUM -> a >= b ? 1 : 0;
      case MINIMUM -> a <= b ? 1 : 0;
      case EQUAL, LESS, LESS_OR_EQUAL, AND, OR -> 0;
    };
  }

  /** Returns the derivative for the second argument. */
  static double derivativeB(Binary f, double a, double b) {
    return switch (f) {
      case ADD -> 1;
      case SUBTRACT -> -1;
      case MULTIPLY -> a;
      case DIVIDE -> -a / (b * b);
      case MAXIMUM, MINIMUM -> 1 - derivativeA(f, a, b);
      case EQUAL, LESS, LESS_OR_EQUAL, AND, OR -> 0;
    };
  }

  /**
   * The error function by its Taylor series 2/√π · Σ (−1)ⁿx²ⁿ⁺¹/(n!(2n+1)) near 0, where its terms
   * don't cancel much, and by the continued fraction of its complement beyond (Abramowitz and
   * Stegun, 7.1.5 and 7.1.14).
   */
  private static double erf(double x) {
    if (Double.isNaN(x) || Math.abs(x) > 6) {
      return Math.signum(x);
    }
    if (Math.abs(x) < 1.5) {
      double power = x;
      double sum = x;
      for (int n = 1; n < 40; n++) {
        power *= -x * x / n;
        sum += power / (2 * n + 1);
      }
      return 2 / Math.sqrt(Math.PI) * sum;
    }
    double z = Math.abs(x);
    double fraction = z;
    for (int n = 150; n > 0; n--) {
      fraction = z + n / 2.0 / fraction;
    }
    return Math.signum(x) * (1 - Math.exp(-z * z) / (Math.sqrt(Math.PI) * fraction));
  }
}
