/**
 * Text as training data: a {@code tokenizer.json} ({@link dev.ligo.text.TokenizerFile}, {@link
 * dev.ligo.text.TextTokenizer}), text tokenized once into a memory-mapped file ({@link
 * dev.ligo.text.TokenCorpus}), and batches over it for masked and for causal language models
 * ({@link dev.ligo.text.MaskedLmBatches}, {@link dev.ligo.text.CausalLmBatches}).
 */
@NullMarked
package dev.ligo.text;

import org.jspecify.annotations.NullMarked;
