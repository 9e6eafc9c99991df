package dev.ligo.backend.djl;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Frees the arrays of one region of a program (a run, a loss, a scope) when the region ends, also
 * by an exception. DJL's own {@code NDScope} would do but for one thing: it can't tell what it owns
 * from an input that merely passes through, and would free that.
 */
final class Arena implements AutoCloseable {
  private final @Nullable Arena outer;
  private final List<Handle> handles = new ArrayList<>();

  Arena(@Nullable Arena outer) {
    this.outer = outer;
  }

  /** Takes charge of a handle. */
  Handle own(Handle handle) {
    handle.setOwner(this);
    handles.add(handle);
    return handle;
  }

  /** Leaves a handle to the region around this one, or to the caller; nothing if it isn't ours. */
  void pass(Handle handle) {
    if (handle.isOwnedBy(this)) {
      handle.setOwner(null);
      if (outer != null) {
        outer.own(handle);
      }
    }
  }

  @Override
  public void close() {
    for (Handle h : handles) {
      if (h.isOwnedBy(this)) {
        h.free();
      }
    }
    handles.clear();
  }
}
