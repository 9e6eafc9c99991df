package dev.ligo.it.backends;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.ligo.api.Backend;
import dev.ligo.api.BackendOptions;
import dev.ligo.api.Backends;
import dev.ligo.it.TestBackends;
import java.util.List;

/**
 * PyTorch and TensorFlow, open in one process.
 *
 * @param torch PyTorch on the processor, with one thread
 * @param tensorflow TensorFlow, likewise
 */
record BothBackends(Backend torch, Backend tensorflow) implements AutoCloseable {
  /** Opens both, or skips the test where {@code LIGO_BACKENDS} leaves one out. */
  static BothBackends open() {
    assumeThat(TestBackends.names()).contains("pytorch", "tensorflow");
    BackendOptions options = BackendOptions.cpu().withThreads(1);
    Backend torch = Backends.open("pytorch", options);
    try {
      return new BothBackends(torch, Backends.open("tensorflow", options));
    } catch (RuntimeException e) {
      torch.close();
      throw e;
    }
  }

  List<Backend> all() {
    return List.of(torch, tensorflow);
  }

  void assertNothingIsLeft() {
    all().forEach(b -> assertThat(b.liveArrays()).as(b.name()).isZero());
  }

  @Override
  public void close() {
    torch.close();
    tensorflow.close();
  }
}
