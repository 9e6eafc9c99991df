/** Reads and writes recipes of depth growth, as mergekit has them. */
package dev.ligo.core.recipe;
