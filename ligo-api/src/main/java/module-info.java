/**
 * The abstract tensor layer of ligo: what a computation is ({@link dev.ligo.api.Program}), the data
 * it runs on ({@link dev.ligo.api.DeviceArray}, {@link dev.ligo.api.HostArray}) and what a backend
 * must do ({@link dev.ligo.api.spi.BackendProvider}). It knows no engine and depends on nothing but
 * {@code java.base}.
 */
@org.jspecify.annotations.NullMarked
module dev.ligo.api {
  requires static org.jspecify;

  exports dev.ligo.api;
  exports dev.ligo.api.spi;

  uses dev.ligo.api.spi.BackendProvider;
}
