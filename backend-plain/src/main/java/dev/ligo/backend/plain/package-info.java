/**
 * A backend in plain Java: arrays in the heap, computed in double precision, recorded and
 * differentiated backwards. It is slow and exact, loads no native library and computes on the CPU
 * alone: the oracle of the conformance kit, what unit tests compute on, and the example for who
 * writes a backend. It is found by its name, and never taken where none is named:
 *
 * <pre>{@code
 * try (Backend backend = Backends.open("plain");
 *     Computation twice = backend.compile((t, in) -> in.map((name, x) -> x.add(x)));
 *     DeviceArray x = backend.array(HostArray.of(Shape.of(2), 1.0, 2.0));
 *     DeviceArray y = twice.run(Map.of("x", x)).get("x")) {
 *   y.toHost().toDoubles(); // 2.0, 4.0
 * }
 * }</pre>
 *
 * <p>To read it: {@link dev.ligo.backend.plain.PlainBackendProvider} opens an engine, {@link
 * dev.ligo.backend.plain.PlainKernels} has the operations, {@link
 * dev.ligo.backend.plain.PlainArray} what a result keeps of how it came about, and {@link
 * dev.ligo.backend.plain.Backpropagation} walks that backwards. The module exports nothing; what is
 * public here is what the conformance kit's planted defects are made of.
 */
package dev.ligo.backend.plain;
