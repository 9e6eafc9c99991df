/**
 * Whether growing was worth it. A {@link dev.ligo.core.comparison.Comparison} says what each way of
 * beginning saves of the compute that scratch needs for its final loss; a {@link
 * dev.ligo.core.comparison.EqualComputeTraining} draws two of them at equal compute.
 */
package dev.ligo.core.comparison;
