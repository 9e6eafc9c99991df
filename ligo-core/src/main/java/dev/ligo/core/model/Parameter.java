package dev.ligo.core.model;

import dev.ligo.api.Shape;
import java.util.List;
import java.util.Optional;

/**
 * A parameter, or the same-named parameters of a stack's layers.
 *
 * @param name the checkpoint's name; in a stack with {@code {}} in the place of the layer's number
 * @param stack the stack it belongs to, if it does
 * @param uses its axes in the checkpoint's order
 * @param initializer how it begins without a source
 * @param optional whether a checkpoint may lack it
 */
public record Parameter(
    String name,
    Optional<String> stack,
    List<Use> uses,
    Initializer initializer,
    boolean optional) {
  /** Copies the uses. */
  public Parameter {
    uses = List.copyOf(uses);
  }

  /** Returns the name in a layer of the stack; the name itself outside stacks. */
  public String at(int layer) {
    return stack.isPresent() ? name.replace("{}", Integer.toString(layer)) : name;
  }

  /** Returns the shape of one layer's tensor. */
  public Shape shape() {
    return Shape.of(uses.stream().mapToInt(u -> u.axis().size()).toArray());
  }

  /** Returns whether weight decay applies: to matrices and tables, not to biases and norms. */
  public boolean decays() {
    return uses.size() > 1;
  }
}
