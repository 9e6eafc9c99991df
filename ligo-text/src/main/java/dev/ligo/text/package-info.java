/**
 * Text as training data: a {@code tokenizer.json} ({@link dev.ligo.text.TokenizerFile}, {@link
 * dev.ligo.text.TextTokenizer}), text tokenized once into a memory-mapped file ({@link
 * dev.ligo.text.TokenCorpus}), and batches over it for masked and for causal language models
 * ({@link dev.ligo.text.MaskedLmBatches}, {@link dev.ligo.text.CausalLmBatches}).
 *
 * <pre>{@code
 * TextTokenizer tokenizer = TextTokenizer.open(Path.of("bert-small"));
 * int[] ids = tokenizer.encode("one small step");
 *
 * DataRequest request =
 *     DataRequest.training(List.of(Path.of("corpus")), Path.of("bert-small"), 32, 128);
 * TokenLimits limits = new TokenLimits(30522, 512, OptionalInt.of(0), true); // of the model
 * BatchSource batches = MaskedLmBatches.open(request, limits);
 * Map<String, HostArray> first = batches.batch(0);
 * }</pre>
 */
@NullMarked
package dev.ligo.text;

import org.jspecify.annotations.NullMarked;
