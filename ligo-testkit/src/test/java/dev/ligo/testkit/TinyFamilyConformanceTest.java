package dev.ligo.testkit;

import dev.ligo.api.Backend;
import dev.ligo.api.BackendOptions;
import dev.ligo.backend.plain.PlainBackendProvider;
import dev.ligo.core.model.Architecture;

/** The kit passes a family that is as it should be. */
class TinyFamilyConformanceTest extends ArchitectureConformance {
  @Override
  protected String name() {
    return "tiny";
  }

  @Override
  protected String config() {
    return TinyFamily.json(2, 4, 6).toString();
  }

  @Override
  protected Architecture<?> architecture() {
    return new TinyFamily();
  }

  @Override
  protected Backend open() {
    return Backend.open(new PlainBackendProvider(), BackendOptions.cpu());
  }
}
