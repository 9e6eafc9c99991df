package dev.ligo.core.train;

import dev.ligo.api.TensorSpec;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a run does beside plain training, and what it begins with.
 *
 * @param batch the dtypes and shapes of the batches' arrays
 * @param procedures how steps differ from plain ones, in any order
 * @param small the model that the trained one was grown from, for procedures that need it
 * @param moments the optimizer's state at the beginning, of all variables or some
 */
public record Regimen(
    Map<String, TensorSpec> batch,
    List<Procedure> procedures,
    Optional<Procedure.SmallModel> small,
    Moments moments) {
  /** Copies the lists and refuses a procedure that is named twice. */
  public Regimen {
    batch = Map.copyOf(batch);
    procedures = List.copyOf(procedures);
    List<String> names = procedures.stream().map(Procedure::name).toList();
    if (names.stream().distinct().count() != names.size()) {
      throw new TrainingException("each procedure is named once, found " + names + ".");
    }
  }

  /** Returns plain training on batches of the given specs. */
  public static Regimen plain(Map<String, TensorSpec> batch) {
    return new Regimen(batch, List.of(), Optional.empty(), Moments.NONE);
  }
}
