/**
 * Grows pretrained transformers. {@link dev.ligo.core.Ligo} is where a program starts: it opens
 * {@link dev.ligo.core.Checkpoint}s, grows them ({@link dev.ligo.core.Growth}), trains them ({@link
 * dev.ligo.core.Training}) and fits them to labelled data ({@link dev.ligo.core.Finetuning}). Guice
 * users install {@link dev.ligo.core.LigoModule}.
 *
 * <pre>{@code
 * Ligo ligo = Ligo.create();
 * try (Checkpoint small = ligo.open(Path.of("bert-small"))) {
 *   ligo.grow(small, "stack").to(Sizes.SAME.withLayers(12)).save(Path.of("bert-deeper"));
 * }
 * }</pre>
 */
package dev.ligo.core;
