package dev.ligo.testkit;

import dev.ligo.api.DType;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * How far a backend may be from the reference, relative to the reference's largest magnitude: the
 * one table of the kit. Half a unit in the last place is 6e-8 in float32 and 1.1e-16 in float64; a
 * value's tolerance is a few of these, a gradient's in float64 is what finite differences resolve.
 *
 * @param value32 for values in float32
 * @param value64 for values in float64
 * @param gradient32 for gradients in float32
 * @param gradient64 for gradients in float64, which are compared with finite differences
 * @param reason why so much
 */
record Tolerances(
    double value32, double value64, double gradient32, double gradient64, String reason) {
  private static final Map<String, Tolerances> TABLE = table();

  private static Map<String, Tolerances> table() {
    Map<String, Tolerances> t = new TreeMap<>();
    put(
        t,
        new Tolerances(0, 0, 0, 0, "truth values, positions and constants are exact"),
        "and or not equalTo less lessOrEqual argMax cast stopGradient constant scalar full range");
    put(
        t,
        new Tolerances(
            0, 0, 3e-7, 1e-11, "elements are moved; what is repeated sums its gradients"),
        "reshape expandDims permute transpose broadcastTo slice pad split unstack concat stack take"
            + " gather where neg abs relu maximum minimum max maxKeeping");
    put(
        t,
        new Tolerances(6e-8, 1.2e-16, 5e-7, 1e-11, "one rounding, as IEEE 754 has it"),
        "add sub mul div sqrt square");
    put(
        t,
        new Tolerances(2.4e-7, 1e-15, 5e-7, 1e-11, "mathematical libraries err by a few units"),
        "exp log rsqrt sin cos tanh sigmoid erf scope scopeOf recomputed");
    put(
        t,
        new Tolerances(3e-7, 1e-15, 3e-7, 1e-10, "sums depend on their order"),
        "sum sumKeeping mean meanKeeping");
    put(
        t,
        new Tolerances(4e-7, 1e-15, 1.5e-6, 1e-10, "sums of up to 300 products in any order"),
        "matmul linear sumOfSquares");
    put(
        t,
        new Tolerances(4e-7, 1e-15, 1.5e-6, 1e-11, "a function times x, terms of both signs"),
        "gelu silu");
    put(
        t,
        new Tolerances(
            4e-7, 1e-15, 2.5e-6, 1e-11, "the derivative multiplies the sigmoid's error by up to 6"),
        "geluTanh");
    put(
        t,
        new Tolerances(3e-7, 1e-15, 3e-6, 3e-9, "differences at logits of 1000 lose three digits"),
        "softmax logSoftmax crossEntropy linearCrossEntropy");
    put(
        t,
        new Tolerances(6e-7, 2e-15, 2e-6, 1e-11, "two means and a root; gradients nearly cancel"),
        "layerNorm");
    put(
        t,
        new Tolerances(8e-7, 2e-15, 6e-6, 1e-10, "two products and a softmax in a row"),
        "attention");
    put(t, new Tolerances(6e-7, 1e-15, 0, 0, "five steps, each upon the last"), "adamW");
    put(
        t,
        new Tolerances(2e-5, 1e-9, 0, 0, "ten steps; the reference's gradients are differences"),
        "operatorLearning");
    return Collections.unmodifiableMap(t);
  }

  private static void put(Map<String, Tolerances> table, Tolerances row, String operations) {
    for (String operation : operations.split(" ", -1)) {
      table.put(operation, row);
    }
  }

  /** Returns the row of an operation. */
  static Tolerances of(String operation) {
    Tolerances row = TABLE.get(operation);
    if (row == null) {
      throw new IllegalArgumentException("no tolerance for " + operation);
    }
    return row;
  }

  /** Returns the operations that have a row. */
  static Set<String> operations() {
    return TABLE.keySet();
  }

  /** Returns the tolerance for values of a dtype; what is not floating is exact. */
  double value(DType dtype) {
    return switch (dtype) {
      case FLOAT32 -> value32;
      case FLOAT64 -> value64;
      case INT32, INT64, BOOL -> 0;
    };
  }

  /** Returns the tolerance for gradients of a floating dtype. */
  double gradient(DType dtype) {
    return dtype == DType.FLOAT32 ? gradient32 : gradient64;
  }
}
