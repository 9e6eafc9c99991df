/**
 * What the author of a backend implements: a {@link dev.ligo.api.spi.BackendProvider} found through
 * {@link java.util.ServiceLoader}, the {@link dev.ligo.api.spi.Engine} that it opens and the {@link
 * dev.ligo.api.spi.Kernels} on the engine's own handles.
 *
 * <p>Everything here is called with checked arguments: shapes, dtypes, closed arrays and arrays of
 * other backends were refused before.
 */
package dev.ligo.api.spi;
