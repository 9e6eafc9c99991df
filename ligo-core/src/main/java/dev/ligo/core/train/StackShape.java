package dev.ligo.core.train;

import dev.ligo.api.Shape;
import dev.ligo.core.model.StackTransform;
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
public record StackShape(int layers, int examples, int tokens) {
  /**
   * {@return the shapes of a model's stacks, in the order in which they are run}
   *
   * @param context what a strategy is planned for
   */
  public static Map<String, StackShape> of(TrainingStrategy.Context context) {
    Map<String, StackShape> shapes = new LinkedHashMap<>();
    StackTransform route =
        stack ->
            stack.each(
                (number, layer) ->
                    (h, along) -> {
                      Shape s = h.shape();
                      shapes.put(stack.name(), new StackShape(stack.size(), s.dim(0), s.dim(1)));
                      return layer.apply(h, along);
                    });
    context.model().trace(context.dtype(), context.batch(), route, n -> {});
    return shapes;
  }

  /**
   * {@return the name of the stack with the most layers: what strategies of depth are about}
   *
   * @param context what a strategy is planned for
   * @throws TrainingException if the model has none
   */
  public static String deepest(TrainingStrategy.Context context) {
    Map<String, Integer> stacks = context.model().spec().layout().stacks();
    return stacks.keySet().stream()
        .reduce((a, b) -> stacks.get(b) > stacks.get(a) ? b : a)
        .orElseThrow(() -> new TrainingException("the model has no stack of layers."));
  }

  /**
   * {@return the parameters that are used after a stack and not before it or in it: the last norm
   * and the head, without a table that is tied to the embeddings}
   *
   * @param context what a strategy is planned for
   * @param stack the stack's name
   */
  public static Set<String> after(TrainingStrategy.Context context, String stack) {
    Set<String> before = new LinkedHashSet<>();
    Set<String> after = new LinkedHashSet<>();
    boolean[] passed = {false};
    StackTransform route =
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
    context
        .model()
        .trace(context.dtype(), context.batch(), route, n -> (passed[0] ? after : before).add(n));
    after.removeAll(before);
    return after;
  }
}
