/**
 * Programs, tensors and arrays: the contract between those who write computations and those who run
 * them.
 *
 * <p>A {@link dev.ligo.api.Program} is a pure function over {@link dev.ligo.api.Tensor}s. A {@link
 * dev.ligo.api.Backend}, opened by name through {@link dev.ligo.api.Backends}, compiles it to a
 * {@link dev.ligo.api.Computation}, which runs on {@link dev.ligo.api.DeviceArray}s.
 */
package dev.ligo.api;
