/**
 * Reads and writes recipes of depth growth, as mergekit has them.
 *
 * <pre>{@code
 * MergeRecipe recipe = MergeRecipe.read(Path.of("solar.yaml"));
 * ligo.grow(small, recipe).save(Path.of("solar"));
 * }</pre>
 */
package dev.ligo.core.recipe;
