package dev.ligo.core.model;

/** How the layers of a model's stacks are run: all in turn, or as a training strategy wants it. */
@FunctionalInterface
public interface StackTransform {
  /** Through every layer, as the model is meant to be run. */
  StackTransform ALL = stack -> stack;

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
