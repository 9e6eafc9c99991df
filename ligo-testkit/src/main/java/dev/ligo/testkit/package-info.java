/**
 * Tests that an implementer extends. {@link dev.ligo.testkit.BackendConformance} holds a backend to
 * the contract of {@link dev.ligo.api.spi}: a table of operations against plain-Java values and
 * finite differences, and the rules of programs, arrays and computations.
 */
package dev.ligo.testkit;
