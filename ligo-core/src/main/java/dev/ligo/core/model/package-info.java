/**
 * How a model family is described: an {@link dev.ligo.core.model.Architecture} lists its parameters
 * with symbolic axes in a {@link dev.ligo.core.model.Layout} and computes them; {@link
 * dev.ligo.core.model.Task}s add heads and losses; a {@link dev.ligo.core.model.ModelSpec} is a
 * family with a configuration.
 */
package dev.ligo.core.model;
