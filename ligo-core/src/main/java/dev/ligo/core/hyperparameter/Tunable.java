package dev.ligo.core.hyperparameter;

import java.util.List;
import java.util.Set;

/** Something with a name and hyperparameters: a growth method or a training strategy. */
public interface Tunable {
  /** The name of a comparison's model that no method grew. */
  String SCRATCH = "scratch";

  /** The word in the name of a comparison's model whose optimizer state was grown with it. */
  String MOMENTS = "moments";

  /** Words that name no method or strategy, since they have a meaning of their own beside them. */
  Set<String> RESERVED = Set.of(SCRATCH, MOMENTS);

  /**
   * {@return the name by which users choose it, such as "layerdrop": words of small letters and
   * digits with hyphens between them}
   */
  String name();

  /** {@return the hyperparameters with the values of this instance} */
  default Hyperparameters values() {
    return Hyperparameters.NONE;
  }

  /** {@return the declarations of the hyperparameters, in the order in which to list them} */
  default List<Hyperparameter<?>> hyperparameters() {
    return values().declared();
  }

  /** {@return the name with the values if there are any, for records: "layerdrop(rate=0.1)"} */
  default String described() {
    return hyperparameters().isEmpty() ? name() : name() + "(" + values() + ")";
  }
}
