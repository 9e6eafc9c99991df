package dev.ligo.it.backends;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ligo.api.Backend;
import dev.ligo.api.BackendOptions;
import dev.ligo.api.Backends;
import java.util.List;

/**
 * PyTorch and TensorFlow, open in one process.
 *
 * @param torch PyTorch on the processor, with one thread
 * @param tensorflow TensorFlow, likewise
 */
record BothBackends(Backend torch, Backend tensorflow) implements AutoCloseable {
  static BothBackends open() {
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
