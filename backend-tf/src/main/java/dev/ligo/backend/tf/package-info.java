/**
 * The TensorFlow backend. A program is traced into a graph, which becomes a function; {@link
 * dev.ligo.backend.tf.Tf} is the only class that calls TensorFlow.
 */
@NullMarked
package dev.ligo.backend.tf;

import org.jspecify.annotations.NullMarked;
