/** Decoders with rotary positions: one computation, and a file for each family's config. */
package dev.ligo.models.llama;
