/**
 * Whether growing was worth it. A {@link dev.ligo.core.experiment.Study} says what each way of
 * beginning saves of the compute that scratch needs for its final loss; a {@link
 * dev.ligo.core.experiment.Comparison} draws two of them at equal compute.
 */
package dev.ligo.core.experiment;
