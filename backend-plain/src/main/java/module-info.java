/**
 * A backend in plain Java, in float64: slow and exact, without natives. Found through services;
 * exports nothing.
 *
 * <pre>{@code
 * try (Backend backend = Backends.open("plain")) {
 *   System.out.println(backend.info().describe());
 * }
 * }</pre>
 */
@org.jspecify.annotations.NullMarked
module dev.ligo.backend.plain {
  requires dev.ligo.api;
  requires static org.jspecify;

  provides dev.ligo.api.spi.BackendProvider with
      dev.ligo.backend.plain.PlainBackendProvider;
}
