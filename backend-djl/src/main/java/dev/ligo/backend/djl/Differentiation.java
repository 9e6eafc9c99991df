package dev.ligo.backend.djl;

import ai.djl.engine.EngineException;
import dev.ligo.api.TensorSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/** Records losses on torch's tape and walks back, in one run. */
final class Differentiation {
  /** A part of a loss that is not on the tape: it is run again on the way back. */
  private record Recomputed(Supplier<Handle> body, Handle result) {}

  private final Torch torch;
  private final Regions regions;
  private final List<Recomputed> recomputed = new ArrayList<>();

  Differentiation(Torch torch, Regions regions) {
    this.torch = torch;
    this.regions = regions;
  }

  /** Returns the loss's results outside the graph, then the gradients for the variables. */
  List<Handle> apply(
      Function<List<Handle>, List<Handle>> loss, List<Handle> at, List<TensorSpec> specs) {
    List<Handle> variables = at.stream().map(torch::variable).toList();
    List<Handle> out = new ArrayList<>(results(loss, variables));
    for (int i = 0; i < variables.size(); i++) {
      TensorSpec spec = specs.get(i);
      out.add(torch.gradient(variables.get(i)).orElseGet(() -> torch.zeros(spec)));
    }
    return out;
  }

  /**
   * Applies the loss and walks back. Its region ends before: the tape keeps what it needs and frees
   * it as it goes, which handles on the intermediates would prevent. Only what is to be run again
   * needs them.
   */
  private List<Handle> results(Function<List<Handle>, List<Handle>> loss, List<Handle> variables) {
    recomputed.clear();
    List<Handle> recorded =
        regions.inner(
            () -> {
              List<Handle> results = recording(true, () -> loss.apply(variables));
              if (recomputed.isEmpty()) {
                return results;
              }
              List<Handle> constants = results.stream().map(torch::detach).toList();
              Handle value = results.get(0);
              backward(value, torch.one(value), true);
              boolean runAgain = recomputed.stream().anyMatch(r -> r.result() == value);
              if (regions.owns(value) && !runAgain) {
                regions.free(value); // and with it what its gradient needed
              }
              for (int i = recomputed.size() - 1; i >= 0; i--) {
                backward(recomputed.get(i));
              }
              return constants;
            });
    if (!recomputed.isEmpty()) {
      return recorded;
    }
    List<Handle> constants = recorded.stream().map(torch::detach).toList();
    backward(recorded.get(0), torch.one(recorded.get(0)), false);
    return constants;
  }

  /** Runs a part of a loss without the tape, and begins a new one at its result. */
  Handle recomputed(Supplier<Handle> body) {
    Handle result = regions.innerOf(() -> recording(false, body));
    Handle variable = torch.variable(result);
    recomputed.add(new Recomputed(body, variable));
    return variable;
  }

  /** Runs a part again, on the tape, and walks back from it; then nothing needs its result. */
  private void backward(Recomputed part) {
    regions.inner(
        () -> {
          torch
              .gradient(part.result())
              .ifPresent(
                  gradient -> {
                    Handle again = regions.innerOf(() -> recording(true, part.body()));
                    backward(again, gradient, true);
                  });
          return List.of();
        });
    regions.free(part.result());
  }

  private static <T> T recording(boolean on, Supplier<T> body) {
    boolean before = Torch.isRecording();
    Torch.setRecording(on);
    try {
      return body.get();
    } finally {
      Torch.setRecording(before);
    }
  }

  /**
   * Walks back from a value.
   *
   * @param keeps whether what is on the tape is needed again: several parts may lead back to it
   */
  private void backward(Handle value, Handle gradient, boolean keeps) {
    try {
      torch.backward(value, gradient, keeps);
    } catch (EngineException e) {
      // There is no way to ask beforehand: DJL answers for leaves alone.
      if (!String.valueOf(e.getMessage()).contains("does not require grad")) {
        throw e;
      }
    }
  }
}
