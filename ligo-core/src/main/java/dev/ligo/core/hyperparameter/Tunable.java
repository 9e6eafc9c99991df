package dev.ligo.core.hyperparameter;

import java.util.List;

/** Something with a name and hyperparameters: a growth method or a training strategy. */
public interface Tunable {
  /** {@return the name by which users choose it, such as "layerdrop"} */
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
