package dev.ligo.it;

import dev.ligo.api.Backend;
import dev.ligo.api.BackendOptions;
import dev.ligo.api.Backends;
import dev.ligo.testkit.BackendConformance;

/** The TensorFlow backend keeps the contract. */
class TensorFlowConformanceTest extends BackendConformance {
  @Override
  protected Backend open() {
    return Backends.open("tensorflow", BackendOptions.cpu().withThreads(1));
  }
}
