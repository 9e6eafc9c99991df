/**
 * The {@code ligo} command on an Apache Spark cluster: comparisons run by run, and steps of
 * training and of learning an operator, whose micro-batches' gradients are computed by tasks.
 */
@org.jspecify.annotations.NullMarked
package dev.ligo.spark;
