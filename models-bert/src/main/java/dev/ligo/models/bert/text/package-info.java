/**
 * Text as training data: a {@code tokenizer.json} ({@link dev.ligo.models.bert.text.TokenizerFile},
 * {@link dev.ligo.models.bert.text.TextTokenizer}), text tokenized once into a memory-mapped file
 * ({@link dev.ligo.models.bert.text.TokenCorpus}), and batches over it for masked and for causal
 * language models ({@link dev.ligo.models.bert.text.MaskedLmBatches}, {@link
 * dev.ligo.models.bert.text.CausalLmBatches}).
 */
@NullMarked
package dev.ligo.models.bert.text;

import org.jspecify.annotations.NullMarked;
