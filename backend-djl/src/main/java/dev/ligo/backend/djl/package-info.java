/**
 * The PyTorch backend, through DJL. {@link dev.ligo.backend.djl.Torch} is the only class that calls
 * DJL's internal {@code JniUtils}.
 */
@NullMarked
package dev.ligo.backend.djl;

import org.jspecify.annotations.NullMarked;
