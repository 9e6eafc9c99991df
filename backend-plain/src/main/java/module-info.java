/** A backend in plain Java, in float64: slow and exact, without natives. */
@org.jspecify.annotations.NullMarked
module dev.ligo.backend.plain {
  requires dev.ligo.api;
  requires static org.jspecify;

  provides dev.ligo.api.spi.BackendProvider with
      dev.ligo.backend.plain.PlainBackendProvider;
}
