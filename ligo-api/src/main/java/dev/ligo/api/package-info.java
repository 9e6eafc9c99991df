/**
 * Programs, tensors and arrays: the contract between those who write computations and those who run
 * them.
 *
 * <p>A {@link dev.ligo.api.Program} is a pure function over {@link dev.ligo.api.Tensor}s. A {@link
 * dev.ligo.api.Backend}, opened by name through {@link dev.ligo.api.Backends}, compiles it to a
 * {@link dev.ligo.api.Computation}, which runs on {@link dev.ligo.api.DeviceArray}s.
 *
 * <pre>{@code
 * Program softmax = (t, in) -> NamedTensors.of("p", in.get("x").softmax());
 * try (Backend backend = Backends.open(Backends.preferred());
 *     Computation computation = backend.compile(softmax);
 *     DeviceArray x = backend.array(HostArray.of(Shape.of(1, 3), 1.0f, 2.0f, 3.0f));
 *     DeviceArray p = computation.run(Map.of("x", x)).get("p")) {
 *   float[] probabilities = p.toHost().toFloats();
 * }
 * }</pre>
 */
package dev.ligo.api;
