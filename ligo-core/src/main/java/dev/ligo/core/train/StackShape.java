package dev.ligo.core.train;

import dev.ligo.api.Shape;
import dev.ligo.core.model.Route;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * What goes through a stack.
 *
 * @param layers the number of layers
 * @param examples the number of examples in a batch
 * @param tokens the number of tokens in an example
 */
record StackShape(int layers, int examples, int tokens) {
  /** Returns the shapes of a model's stacks, in the order in which they are run. */
  static Map<String, StackShape> of(Procedure.Setting setting) {
    Map<String, StackShape> shapes = new LinkedHashMap<>();
    Route route =
        stack ->
            stack.each(
                (number, layer) ->
                    (h, along) -> {
                      Shape s = h.shape();
                      shapes.put(stack.name(), new StackShape(stack.size(), s.dim(0), s.dim(1)));
                      return layer.apply(h, along);
                    });
    setting.model().trace(setting.task(), setting.dtype(), setting.batch(), route, n -> {});
    return shapes;
  }

  /**
   * Returns the name of the stack with the most layers: what procedures of depth are about.
   *
   * @throws TrainingException if the model has none
   */
  static String deepest(Procedure.Setting setting) {
    Map<String, Integer> stacks = setting.model().layout().stacks();
    return stacks.keySet().stream()
        .reduce((a, b) -> stacks.get(b) > stacks.get(a) ? b : a)
        .orElseThrow(() -> new TrainingException("the model has no stack of layers."));
  }

  /**
   * Returns the parameters that are used after a stack and not before it or in it: the last norm
   * and the head, without a table that is tied to the embeddings.
   */
  static Set<String> after(Procedure.Setting setting, String stack) {
    Set<String> before = new LinkedHashSet<>();
    Set<String> after = new LinkedHashSet<>();
    boolean[] passed = {false};
    Route route =
        s ->
            s.name().equals(stack)
                ? s.each(
                    (number, layer) ->
                        (h, along) -> {
                          var out = layer.apply(h, along);
                          passed[0] = number == s.size() - 1;
                          return out;
                        })
                : s;
    setting
        .model()
        .trace(
            setting.task(),
            setting.dtype(),
            setting.batch(),
            route,
            n -> (passed[0] ? after : before).add(n));
    after.removeAll(before);
    return after;
  }
}
