package dev.ligo.backend.djl;

import ai.djl.pytorch.engine.PtNDManager;
import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The scalars that programs use, made once and kept: making one costs microseconds, and on a GPU a
 * copy from the host.
 */
final class Constants {
  /** Programs have dozens. More are the values of something that should be an input. */
  private static final int MOST = 4096;

  private record Key(DType dtype, long bits) {}

  private final PtNDManager manager;
  private final Map<Key, Handle> scalars = new ConcurrentHashMap<>();

  Constants(PtNDManager manager) {
    this.manager = manager;
  }

  /** Returns the scalar, which no arena owns, or empty if there are too many to keep it. */
  Optional<Handle> scalar(HostArray value) {
    Key key = new Key(value.dtype(), bits(value));
    Handle kept = scalars.get(key);
    if (kept == null && scalars.size() < MOST) {
      kept = scalars.computeIfAbsent(key, k -> upload(value));
    }
    return Optional.ofNullable(kept);
  }

  private Handle upload(HostArray value) {
    return new Handle(Torch.upload(manager, value), Storage.shared());
  }

  private static long bits(HostArray value) {
    return value.dtype() == DType.INT64
        ? value.toLongs()[0]
        : Double.doubleToRawLongBits(value.get(0));
  }

  int size() {
    return scalars.size();
  }
}
