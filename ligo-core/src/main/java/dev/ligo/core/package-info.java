/**
 * Grows pretrained transformers. {@link dev.ligo.core.Ligo} is where a program starts: it opens
 * {@link dev.ligo.core.Checkpoint}s, grows them ({@link dev.ligo.core.Growth}) and trains them
 * ({@link dev.ligo.core.Pretraining}). Guice users install {@link dev.ligo.core.LigoModule}.
 */
package dev.ligo.core;
