package dev.ligo.testkit;

import dev.ligo.api.NamedTensors;
import dev.ligo.api.Tensor;
import dev.ligo.api.Tensors;
import dev.ligo.core.model.Axis;
import dev.ligo.core.model.ConfigException;
import dev.ligo.core.model.ForwardContext;
import dev.ligo.core.model.Layout;
import dev.ligo.core.model.Parameters;
import dev.ligo.core.model.Sizes;
import dev.ligo.core.model.Use;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The tiny family with layers of attention, h + O·attention(norm(h)), whose heads may widen. */
class TinyAttention extends TinyFamily {
  /** The number that is added to the score of a key that is hidden. */
  private static final double HIDDEN = -1e9;

  @Override
  public Config resize(Config c, Sizes sizes) {
    int width = c.hidden() / c.heads();
    Config larger = super.resize(c, sizes);
    int heads = sizes.heads().orElse(larger.hidden() / width);
    if (larger.hidden() % heads != 0
        || (sizes.heads().isEmpty() && heads * width != larger.hidden())) {
      throw new ConfigException("the heads do not divide the hidden size.");
    }
    return new Config(
        larger.layers(),
        larger.hidden(),
        heads,
        larger.inner(),
        c.vocabulary(),
        c.classes(),
        c.dropout());
  }

  @Override
  void layer(Config c, Layout l, Axis.Width embed) {
    int width = c.hidden() / c.heads();
    Axis.Width heads = l.width("heads", c.heads());
    Axis.Width v = l.width("v", heads, width);
    l.norm("norm", embed);
    l.linear("query", embed, query(meeting(l, "q", heads, width)));
    l.linear("key", embed, meeting(l, "k", heads, width));
    l.linear("value", embed, v);
    l.branchEnd("out", v, embed);
  }

  /** Declares an axis along which queries and keys meet. */
  Axis.Width meeting(Layout l, String name, Axis.Width heads, int width) {
    return l.width(name, heads, width);
  }

  /** Returns the use of a query's axis. */
  Use query(Axis.Width q) {
    return Use.query(q);
  }

  @Override
  public NamedTensors forward(Parameters w, Config c, ForwardContext x) {
    Tensor embedded = w.embed("tiny.embeddings", x.get("input_ids"));
    Tensor mask = x.get("attention_mask").cast(embedded.dtype());
    List<Tensor> along = new ArrayList<>(List.of(mask));
    along.addAll(places(x.t(), embedded, c.hidden() / c.heads()));
    Tensor hidden =
        w.stack(
            "tiny.layers",
            c.layers(),
            embedded,
            along,
            (l, h, a) -> h.add(attention(l, c, x, h, a)));
    Tensor seen = mask.expandDims(-1);
    return NamedTensors.of("hidden", hidden)
        .with("mean", hidden.mul(seen).sum(1).div(mask.sumKeeping(1)));
  }

  private Tensor attention(Parameters w, Config c, ForwardContext x, Tensor h, List<Tensor> along) {
    List<Tensor> places = along.subList(1, along.size());
    int width = c.hidden() / c.heads();
    Tensor in = w.norm("norm", h, 1e-3);
    Tensor hidden = along.get(0).neg().add(1).mul(HIDDEN).expandDims(1).expandDims(1);
    Tensor context =
        turned(x.t(), heads(w.linear("query", in), width), places)
            .attention(
                turned(x.t(), heads(w.linear("key", in), width), places),
                heads(w.linear("value", in), width),
                Optional.of(hidden),
                1 / Math.sqrt(width),
                0);
    return w.linear("out", context.permute(0, 2, 1, 3).reshape(h.shape()));
  }

  /** Returns what tells the places of tokens, each (batch, sequence, …), to go along with them. */
  List<Tensor> places(Tensors t, Tensor embedded, int headWidth) {
    return List.of();
  }

  /** Returns what becomes of queries or keys (batch, heads, sequence, width) at their places. */
  Tensor turned(Tensors t, Tensor x, List<Tensor> places) {
    return x;
  }

  private static Tensor heads(Tensor x, int width) {
    return x.reshape(x.shape().dim(0), x.shape().dim(1), -1, width).permute(0, 2, 1, 3);
  }
}
