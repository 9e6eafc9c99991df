package dev.ligo.cli.options;

import dev.ligo.core.Ligo;
import java.util.Iterator;

/** The names of the training strategies, for completion. */
public final class StrategyNames implements Iterable<String> {
  @Override
  public Iterator<String> iterator() {
    return Ligo.create().strategies().keySet().iterator();
  }
}
