package com.example.olmo2;

import dev.ligo.api.Backend;
import dev.ligo.api.BackendOptions;
import dev.ligo.api.Backends;
import java.util.Map;
import java.util.TreeMap;

/** Backends, opened when first used. */
final class OpenBackends implements AutoCloseable {
  private final Map<String, Backend> open = new TreeMap<>();

  Backend get(String name) {
    return open.computeIfAbsent(name, n -> Backends.open(n, BackendOptions.cpu().withThreads(1)));
  }

  @Override
  public void close() {
    open.values().forEach(Backend::close);
    open.clear();
  }
}
