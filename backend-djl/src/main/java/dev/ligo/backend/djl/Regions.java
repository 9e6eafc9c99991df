package dev.ligo.backend.djl;

import java.util.List;
import java.util.function.Supplier;

/** The regions of one run that are open, one in another: what is made belongs to the innermost. */
final class Regions {
  private Arena current = new Arena(null);

  /** Takes charge of a handle that was just made. */
  Handle own(Handle handle) {
    return current.own(handle);
  }

  /** Runs an inner region and frees what it made, all but what it returns. */
  List<Handle> inner(Supplier<List<Handle>> body) {
    Arena outer = current;
    try (Arena inner = new Arena(outer)) {
      current = inner;
      List<Handle> results = body.get();
      results.forEach(inner::pass);
      return results;
    } finally {
      current = outer;
    }
  }

  /** Runs an inner region that returns one handle. */
  Handle innerOf(Supplier<Handle> body) {
    return inner(() -> List.of(body.get())).get(0);
  }

  /** Frees a handle before its region ends. */
  void free(Handle handle) {
    handle.setOwner(null);
    handle.free();
  }

  /** Returns whether the innermost region would free a handle. */
  boolean owns(Handle handle) {
    return handle.isOwnedBy(current);
  }

  /** Leaves a handle to whoever is around the innermost region. */
  void pass(Handle handle) {
    current.pass(handle);
  }

  /** Frees everything that is left of the run. */
  void end() {
    current.close();
  }
}
