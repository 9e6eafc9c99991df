/**
 * Checkpoints in the Hugging Face layout: reading a directory, and writing one that the public
 * tools open.
 *
 * <p>{@link dev.ligo.core.checkpoint.HuggingFaceDirectory} reads and {@link
 * dev.ligo.core.checkpoint.HuggingFaceWriter} writes a whole checkpoint; {@link
 * dev.ligo.core.checkpoint.SafetensorsFile} and {@link dev.ligo.core.checkpoint.SafetensorsWriter}
 * do so for one file of tensors. Whatever stands in a file is treated as a stranger's: it is
 * checked before it is used, and no name in it ever becomes a path.
 *
 * <pre>{@code
 * try (HuggingFaceDirectory checkpoint = HuggingFaceDirectory.open(Path.of("bert-small"))) {
 *   String type = checkpoint.config().get("model_type").getAsString();
 *   for (String name : checkpoint.tensors().keySet()) {
 *     HostArray values = checkpoint.read(name);
 *   }
 * }
 * }</pre>
 */
package dev.ligo.core.checkpoint;
