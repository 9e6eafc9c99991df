package dev.ligo.backend.djl;

import ai.djl.pytorch.engine.PtNDArray;
import org.jspecify.annotations.Nullable;

/** One native array, with who frees it: the arena of a running program, or whoever was given it. */
final class Handle {
  private final PtNDArray array;
  private final Storage storage;
  private @Nullable Arena owner;

  Handle(PtNDArray array, Storage storage) {
    this.array = array;
    this.storage = storage;
  }

  PtNDArray array() {
    return array;
  }

  Storage storage() {
    return storage;
  }

  boolean isOwnedBy(Arena arena) {
    return owner == arena;
  }

  void setOwner(@Nullable Arena owner) {
    this.owner = owner;
  }

  void free() {
    array.close();
  }
}
