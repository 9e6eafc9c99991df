/**
 * What training reads: sources of batches, and what is asked of a task to make one.
 *
 * <pre>{@code
 * DataRequest request =
 *     DataRequest.training(List.of(Path.of("corpus")), Path.of("bert-small"), 32, 128);
 * BatchSource batches = model.forPretraining().batches(request);
 * for (long i = 0; i < batches.batchesPerPass(); i++) {
 *   Map<String, HostArray> batch = batches.batch(i);
 * }
 * }</pre>
 */
package dev.ligo.core.data;
