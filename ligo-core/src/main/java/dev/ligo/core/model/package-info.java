/**
 * How a model family is described: an {@link dev.ligo.core.model.Architecture} lists its parameters
 * with symbolic axes in a {@link dev.ligo.core.model.Layout} and computes them; {@link
 * dev.ligo.core.model.Task}s add heads and losses; a {@link dev.ligo.core.model.ModelSpec} is a
 * family with a configuration.
 *
 * <pre>{@code
 * public void parameters(MyConfig c, Layout p) {
 *   Axis.Width embed = p.width("embed", c.hidden());
 *   p.table("embeddings.weight", Axis.vocabulary(c.vocabulary()), embed);
 *   p.stack(
 *       "layers",
 *       c.layers(),
 *       l -> {
 *         Axis.Width ffn = l.width("ffn", c.intermediate());
 *         l.norm("norm", embed);
 *         l.linear("up", embed, ffn);
 *         l.branchEnd("down", ffn, embed);
 *       });
 * }
 *
 * public NamedTensors forward(Parameters w, MyConfig c, ForwardContext x) {
 *   Tensor embedded = w.embed("embeddings", x.get("input_ids"));
 *   Tensor hidden =
 *       w.stack(
 *           "layers",
 *           c.layers(),
 *           embedded,
 *           (l, h) ->
 *               h.add(l.linear("down", l.linear("up", l.norm("norm", h, 1e-5)).gelu())));
 *   return NamedTensors.of("hidden", hidden);
 * }
 * }</pre>
 */
package dev.ligo.core.model;
