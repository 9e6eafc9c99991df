/**
 * Tests that an implementer extends. {@link dev.ligo.testkit.BackendConformance} holds a backend to
 * the contract of {@link dev.ligo.api.spi}: a table of operations against plain-Java values and
 * finite differences, and the rules of programs, arrays and computations.
 *
 * <pre>{@code
 * class MyBackendTest extends BackendConformance {
 *   protected Backend open() {
 *     return Backends.open("mine");
 *   }
 * }
 * }</pre>
 */
package dev.ligo.testkit;
