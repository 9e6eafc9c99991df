package dev.ligo.backend.tf;

import dev.ligo.api.DType;
import dev.ligo.api.Shape;
import dev.ligo.api.spi.Kernels.AdamWArguments;
import dev.ligo.api.spi.Kernels.AdamWState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One step of AdamW by TensorFlow's Adam, which passes over memory once, and updates variables:
 * they live for the step.
 *
 * <p>In float32 it computes 1 − β from the rounded β: 1.3e-5 too little for 0.999. So the moments
 * go through it multiplied by what that is off, and the learning rate and epsilon make up for it.
 * They have the bias corrections in them, too, in float64.
 */
final class AdamWUpdate {
  /** By this name TensorFlow gives each variable one of its own, in each run. */
  private static final String ANONYMOUS = "cd2c89b7-88b7-44c8-ad83-06c2a9158347";

  /** A relative error that is as small as some roundings, and is left as it is. */
  private static final double ROUNDINGS = 0x1p-21;

  private final Trace trace;
  private final AdamWArguments<Handle> a;
  private final DType dtype;
  private final double off1;
  private final double off2;

  AdamWUpdate(Trace trace, AdamWArguments<Handle> arguments) {
    this.trace = trace;
    this.a = arguments;
    this.dtype = arguments.specs().get(0).dtype();
    this.off1 = off(arguments.beta1());
    this.off2 = off(arguments.beta2());
  }

  /** Returns what TensorFlow takes for 1 − β, as a multiple of it. */
  private double off(double beta) {
    double off = dtype == DType.FLOAT32 ? (1 - (float) beta) / (1 - beta) : 1;
    return Math.abs(off - 1) < ROUNDINGS ? 1 : off;
  }

  /** Returns whether it can be computed so: a β that is rounded to 1 has no update. */
  boolean isDefined() {
    return off1 > 0 && off2 > 0;
  }

  /** Returns the states after the step. */
  List<AdamWState<Handle>> states() {
    List<Output> constants = constants();
    Optional<Output> kept =
        a.weightDecay() == 0
            ? Optional.empty()
            : Optional.of(
                make(
                    "AddV2",
                    make("Mul", a.learningRate(), trace.scalar(dtype, -a.weightDecay())),
                    trace.scalar(dtype, 1)));
    List<AdamWState<Handle>> after = new ArrayList<>();
    for (AdamWState<Handle> state : a.states()) {
      int i = after.size();
      Shape shape = a.specs().get(i).shape();
      Variable parameter = new Variable(scaled(state.parameter(), kept), shape);
      Variable first = new Variable(times(state.first(), off1), shape);
      Variable second = new Variable(times(state.second(), off2), shape);
      List<Variable> all = List.of(parameter, first, second);
      Trace.Operation adam = trace.unrecorded("ResourceApplyAdam");
      all.forEach(v -> adam.in(v.handle));
      constants.forEach(adam::in);
      adam.in(scaled(a.gradients().get(i), a.scale()));
      all.forEach(v -> adam.after(v.assigned));
      Node applied = adam.node();
      after.add(
          new AdamWState<>(
              parameter.after(applied),
              times(first.after(applied), 1 / off1),
              times(second.after(applied), 1 / off2)));
    }
    return after;
  }

  /** The powers of β, which the others account for, then rate, β₁, β₂ and epsilon. */
  private List<Output> constants() {
    Output step = cast(a.step(), DType.FLOAT64);
    Output root = make("Sqrt", correction(a.beta2(), step, off2));
    Output rate = make("Mul", cast(a.learningRate(), DType.FLOAT64), root);
    Output zero = trace.scalar(dtype, 0);
    return List.of(
        zero,
        zero,
        cast(make("RealDiv", rate, correction(a.beta1(), step, off1)), dtype),
        trace.scalar(dtype, a.beta1()),
        trace.scalar(dtype, a.beta2()),
        cast(make("Mul", root, trace.scalar(DType.FLOAT64, a.epsilon())), dtype));
  }

  /** (1 − βᵗ) · factor. */
  private Output correction(double beta, Output step, double factor) {
    Output power = make("Pow", trace.scalar(DType.FLOAT64, beta), step);
    Output correction = make("Sub", trace.scalar(DType.FLOAT64, 1), power);
    return make("Mul", correction, trace.scalar(DType.FLOAT64, factor));
  }

  private Output make(String operation, Handle... inputs) {
    return trace.unrecorded(operation).in(inputs).make();
  }

  private Output cast(Handle x, DType to) {
    return trace.unrecorded("Cast").in(x).with("DstT", to).make();
  }

  private Handle scaled(Handle x, Optional<? extends Handle> by) {
    return by.isPresent() ? make("Mul", x, by.get()) : x;
  }

  private Handle times(Handle x, double factor) {
    return factor == 1 ? x : make("Mul", x, trace.scalar(dtype, factor));
  }

  /** An array that an operation updates. It takes a copy of a value that others use. */
  private final class Variable {
    final Output handle;
    final Node assigned;

    Variable(Handle value, Shape shape) {
      this.handle =
          trace
              .unrecorded("VarHandleOp")
              .with("dtype", dtype)
              .with("shape", shape)
              .with("shared_name", ANONYMOUS)
              .make();
      this.assigned =
          trace.unrecorded("AssignVariableOp").in(handle, value).with("dtype", dtype).node();
    }

    /** Returns the value after an update, when the variable is no more. */
    Output after(Node update) {
      Output value =
          trace.unrecorded("ReadVariableOp").in(handle).with("dtype", dtype).after(update).make();
      Node gone = trace.unrecorded("DestroyResourceOp").in(handle).after(value.node()).node();
      return trace.unrecorded("Identity").in(value).after(gone).make();
    }
  }
}
