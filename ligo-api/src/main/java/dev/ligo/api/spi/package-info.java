/**
 * What the author of a backend implements: a {@link dev.ligo.api.spi.BackendProvider} found through
 * {@link java.util.ServiceLoader}, the {@link dev.ligo.api.spi.Engine} that it opens and the {@link
 * dev.ligo.api.spi.Kernels} on the engine's own handles.
 *
 * <p>Everything here is called with checked arguments: shapes, dtypes, closed arrays and arrays of
 * other backends were refused before.
 *
 * <pre>{@code
 * public final class MyBackendProvider implements BackendProvider {
 *   public String name() {
 *     return "mine";
 *   }
 *
 *   public Optional<String> obstacle() {
 *     return Optional.empty();
 *   }
 *
 *   public Engine<MyArray> open(BackendOptions options) {
 *     return new MyEngine(options);
 *   }
 * }
 * }</pre>
 */
package dev.ligo.api.spi;
