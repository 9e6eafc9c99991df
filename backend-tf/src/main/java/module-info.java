/**
 * The TensorFlow backend, on TensorFlow's C API. Found through services; exports nothing.
 *
 * <pre>{@code
 * try (Backend backend = Backends.open("tensorflow")) {
 *   System.out.println(backend.info().describe());
 * }
 * }</pre>
 */
module dev.ligo.backend.tf {
  requires dev.ligo.api;
  requires org.bytedeco.javacpp;
  requires tensorflow.nativelib;
  requires static org.jspecify;

  provides dev.ligo.api.spi.BackendProvider with
      dev.ligo.backend.tf.TfBackendProvider;
}
