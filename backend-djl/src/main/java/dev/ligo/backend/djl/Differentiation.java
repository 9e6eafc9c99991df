package dev.ligo.backend.djl;

import ai.djl.engine.EngineException;
import dev.ligo.api.TensorSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/** Records a loss on torch's tape and walks back. */
final class Differentiation {
  private Differentiation() {}

  /** Returns the loss's results outside the graph, then the gradients for the variables. */
  static List<Handle> apply(
      Torch torch,
      Regions regions,
      Function<List<Handle>, List<Handle>> loss,
      List<Handle> at,
      List<TensorSpec> specs) {
    List<Handle> variables = at.stream().map(torch::variable).toList();
    List<Handle> recorded = record(regions, () -> loss.apply(variables));
    Handle value = recorded.get(0);
    List<Handle> out = new ArrayList<>(recorded.stream().map(torch::detach).toList());
    backward(torch, value);
    for (int i = 0; i < variables.size(); i++) {
      out.add(torch.gradient(variables.get(i), specs.get(i)));
    }
    return out;
  }

  /**
   * Applies the loss. Its region ends before the way back starts: the tape keeps what it needs and
   * frees it as it goes, which handles on the intermediates would prevent.
   */
  private static List<Handle> record(Regions regions, Supplier<List<Handle>> loss) {
    boolean before = Torch.isRecording();
    Torch.setRecording(true);
    try {
      return regions.inner(loss);
    } finally {
      Torch.setRecording(before);
    }
  }

  private static void backward(Torch torch, Handle value) {
    try {
      torch.backward(value);
    } catch (EngineException e) {
      // There is no way to ask beforehand: DJL answers for leaves alone.
      if (!String.valueOf(e.getMessage()).contains("does not require grad")) {
        throw e;
      }
    }
  }
}
