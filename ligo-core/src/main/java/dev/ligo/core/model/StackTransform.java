package dev.ligo.core.model;

import dev.ligo.api.Tensors;

/** How the layers of a model's stacks are run: all in turn, or as a training strategy wants it. */
@FunctionalInterface
public interface StackTransform {
  /** Through every layer, as the model is meant to be run. */
  StackTransform ALL = stack -> stack;

  /**
   * {@return a transform under which each layer is run again in the backward pass, so that only
   * what stands between layers is kept, see {@link Tensors#recomputed}}
   *
   * @param t the application that the layers are run in
   */
  static StackTransform recomputed(Tensors t) {
    return stack ->
        stack.each((n, layer) -> (h, along) -> t.recomputed(() -> layer.apply(h, along)));
  }

  /**
   * {@return what is run in the place of a stack}
   *
   * @param stack the stack of layers
   */
  Stack through(Stack stack);

  /**
   * {@return this route, changed further by another one}
   *
   * @param next what is applied to the result
   */
  default StackTransform then(StackTransform next) {
    return stack -> next.through(through(stack));
  }
}
