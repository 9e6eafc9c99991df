/**
 * The PyTorch backend, through DJL. Found through services; exports nothing.
 *
 * <pre>{@code
 * try (Backend backend = Backends.open("pytorch", BackendOptions.cpu().withThreads(2))) {
 *   System.out.println(backend.info().describe());
 * }
 * }</pre>
 */
module dev.ligo.backend.djl {
  requires ai.djl.api;
  requires ai.djl.pytorch_engine;
  requires com.google.gson;
  requires dev.ligo.api;
  requires org.slf4j;
  requires static org.jspecify;

  provides dev.ligo.api.spi.BackendProvider with
      dev.ligo.backend.djl.DjlBackendProvider;
}
