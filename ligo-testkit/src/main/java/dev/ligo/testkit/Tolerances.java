package dev.ligo.testkit;

import dev.ligo.api.DType;

/** Placeholder. */
record Tolerances(
    double value32, double value64, double gradient32, double gradient64, String reason) {
  static Tolerances of(String operation) {
    return new Tolerances(1e-5, 1e-12, 1e-5, 1e-9, "");
  }

  double value(DType d) {
    return switch (d) {
      case FLOAT32 -> value32;
      case FLOAT64 -> value64;
      default -> 0;
    };
  }

  double gradient(DType d) {
    return d == DType.FLOAT32 ? gradient32 : gradient64;
  }
}
