package dev.ligo.models.llama;

import dev.ligo.api.DType;
import dev.ligo.api.Shape;
import dev.ligo.api.Tensor;
import dev.ligo.api.Tensors;
import dev.ligo.core.model.ForwardContext;
import dev.ligo.text.AttentionMasks;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * What goes along with the tokens through the layers, which may be run on some of the tokens alone:
 * how they turn, where they stand, and which are padding.
 *
 * @param tensors what goes along: cosines and sines for each of the ropes, then places if a window
 *     hides some token, then padding if there is a mask
 * @param ropes the rotary positions that layers differ in
 * @param config the configuration
 * @param windowed whether a window hides some token
 * @param padded whether there is a mask
 */
record Along(
    List<Tensor> tensors,
    List<Rope> ropes,
    DecoderConfig config,
    boolean windowed,
    boolean padded) {
  /**
   * What a layer is given.
   *
   * @param rotary how its tokens turn
   * @param bias what is added to attention scores, (queries, keys) or (batch, 1, queries, keys)
   */
  record Layer(Rotary rotary, Tensor bias) {}

  static Along of(DecoderConfig c, ForwardContext x, DType dtype) {
    Shape ids = x.get("input_ids").shape();
    int examples = ids.dim(0);
    int sequence = ids.dim(1);
    Variation v = c.variation();
    List<Rope> ropes = c.types().each().stream().distinct().map(v.ropes()::get).distinct().toList();
    List<Tensor> tensors = new ArrayList<>();
    for (Rope rope : ropes) {
      Rotary r = Rotary.of(x.t(), dtype, examples, sequence, rope.frequencies(c.headWidth()));
      tensors.add(r.cosines());
      tensors.add(r.sines());
    }
    boolean windowed = c.types().has(LayerType.SLIDING) && v.window().orElse(sequence) < sequence;
    if (windowed) {
      tensors.add(x.t().range(sequence).broadcastTo(Shape.of(examples, sequence)));
    }
    List<Tensor> padding = AttentionMasks.padding(x, dtype);
    tensors.addAll(padding);
    return new Along(List.copyOf(tensors), ropes, c, windowed, !padding.isEmpty());
  }

  /**
   * Returns what a layer is given.
   *
   * @param along the tensors of the tokens that it is run on
   */
  Layer through(Tensors t, LayerType type, List<Tensor> along) {
    int rope = 2 * ropes.indexOf(config.variation().ropes().get(type));
    Rotary rotary = new Rotary(t, along.get(rope), along.get(rope + 1));
    int places = 2 * ropes.size();
    DType dtype = rotary.cosines().dtype();
    int tokens = rotary.cosines().shape().dim(1);
    OptionalInt window = config.variation().window();
    Tensor bias = AttentionMasks.later(t, tokens, dtype);
    if (windowed && type == LayerType.SLIDING) {
      bias = bias.add(AttentionMasks.beyond(along.get(places), window.orElseThrow(), dtype));
    }
    if (padded) {
      bias = bias.add(AttentionMasks.ofKeys(along.get(along.size() - 1)));
    }
    return new Layer(rotary, bias);
  }
}
