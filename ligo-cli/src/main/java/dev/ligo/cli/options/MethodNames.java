package dev.ligo.cli.options;

import dev.ligo.core.Ligo;
import java.util.Iterator;

/** The names of the growth methods, for completion. */
public final class MethodNames implements Iterable<String> {
  @Override
  public Iterator<String> iterator() {
    return Ligo.create().methods().keySet().iterator();
  }
}
