/**
 * Files: reading and writing that an interrupt does not destroy, and hashes.
 *
 * <pre>{@code
 * Durability.replace(Path.of("results.json"), text); // whole, or not at all
 * String hash = Hashes.sha256(text.getBytes(StandardCharsets.UTF_8));
 * }</pre>
 */
package dev.ligo.core.io;
