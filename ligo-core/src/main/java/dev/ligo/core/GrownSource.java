package dev.ligo.core;

import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import dev.ligo.core.growth.apply.OperatorApplication;

/**
 * Reads a growth's source, in the types that grow.
 *
 * @param types the types
 */
record GrownSource(GrownTypes types) implements OperatorApplication.Source {
  @Override
  public HostArray read(String name) {
    return types.read(name);
  }

  @Override
  public DType dtype(String name) {
    return types.narrowest(types.small().dtype(name)).memory();
  }

  @Override
  public HostArray rows(String name, int from, int to) {
    return types.rows(name, from, to);
  }
}
