package dev.ligo.testkit;

import com.google.gson.JsonObject;
import dev.ligo.api.Backend;
import dev.ligo.api.BackendOptions;
import dev.ligo.backend.plain.PlainBackendProvider;
import dev.ligo.core.model.Architecture;

/** The kit passes a family whose heads may become wider. */
class TinyAttentionConformanceTest extends ArchitectureConformance {
  @Override
  protected String name() {
    return "tiny";
  }

  @Override
  protected String config() {
    JsonObject json = TinyFamily.json(2, 8, 6);
    json.addProperty(TinyFamily.HEADS, 2);
    return json.toString();
  }

  @Override
  protected Architecture<?> architecture() {
    return new TinyAttention();
  }

  @Override
  protected Backend open() {
    return Backend.open(new PlainBackendProvider(), BackendOptions.cpu());
  }
}
