package dev.ligo.cli;

import dev.ligo.core.train.Procedure;
import dev.ligo.core.train.Procedures;
import java.util.Iterator;

/** The names of the training procedures, for completion. */
final class ProcedureNames implements Iterable<String> {
  @Override
  public Iterator<String> iterator() {
    return Procedures.all().stream().map(Procedure::name).iterator();
  }
}
