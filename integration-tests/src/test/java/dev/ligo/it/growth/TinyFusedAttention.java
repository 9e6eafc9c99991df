package dev.ligo.it.growth;

import com.google.gson.JsonObject;
import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import dev.ligo.api.NamedTensors;
import dev.ligo.api.Shape;
import dev.ligo.core.model.Architecture;
import dev.ligo.core.model.Axis;
import dev.ligo.core.model.ConfigReader;
import dev.ligo.core.model.ForwardContext;
import dev.ligo.core.model.Initializer;
import dev.ligo.core.model.Layout;
import dev.ligo.core.model.ModelSpec;
import dev.ligo.core.model.Parameters;
import dev.ligo.core.model.Sizes;
import dev.ligo.core.model.Task;
import dev.ligo.core.model.Use;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The parameters of attention layers whose query, key and value are fused head by head, or apart;
 * described, not computed.
 */
class TinyFusedAttention implements Architecture<TinyFusedAttention.Dims> {
  static final String FUSED = ".fused";
  static final String[] PARTS = {".query", ".key", ".value"};

  /** Layers, heads of keys, queries of each, head width, residual units. */
  record Dims(int layers, int keys, int group, int width, int embed) {
    ModelSpec<?> model(boolean fused) {
      return ModelSpec.of(new TinyFusedAttention(this, fused), new JsonObject(), n -> true);
    }

    /** Returns the units of query, key and value that a head of keys has. */
    int[] each() {
      return new int[] {group * width, width, width};
    }
  }

  private final Dims dims;
  private final boolean fused;

  TinyFusedAttention(Dims dims, boolean fused) {
    this.dims = dims;
    this.fused = fused;
  }

  @Override
  public String name() {
    return "attention";
  }

  @Override
  public Dims parse(ConfigReader config) {
    return dims;
  }

  @Override
  public void write(Dims config, JsonObject json) {}

  @Override
  public Dims resize(Dims config, Sizes sizes) {
    return config;
  }

  @Override
  public double initializerRange(Dims config) {
    return 1;
  }

  @Override
  public void parameters(Dims d, Layout p) {
    Axis.Width embed = p.width("embed", d.embed());
    p.stack(
        "layers",
        d.layers(),
        l -> {
          Axis.Width keys = l.width("keys", d.keys());
          Axis.Width heads = l.width("heads", keys, d.group());
          Use q = Use.query(l.width("q", heads, d.width()));
          Use k = Use.write(l.width("k", keys, d.width()));
          Use v = Use.write(l.width("v", keys, d.width()));
          l.norm("norm", embed);
          if (fused) {
            fused(l, "fused", Use.write(Axis.interleave(keys, q, k, v)), embed);
          } else {
            fused(l, "query", q, embed);
            fused(l, "key", k, embed);
            fused(l, "value", v, embed);
          }
          l.branchEnd("out", l.width("context", heads, d.width()), embed);
        });
  }

  /** Declares both orders of a matrix, and a vector; what nothing reaches is zero. */
  private static void fused(Layout l, String name, Use out, Axis in) {
    l.parameter(name + ".weight", Initializer.ZEROS, out, Use.read(in));
    l.parameter(name + ".transposed", Initializer.ZEROS, Use.read(in), out);
    l.parameter(name + ".bias", Initializer.ZEROS, out);
  }

  @Override
  public NamedTensors forward(Parameters w, Dims config, ForwardContext x) {
    throw new AssertionError("only the parameters are of interest");
  }

  @Override
  public List<Task<Dims>> tasks() {
    return List.of();
  }

  static Map<String, HostArray> values(ModelSpec<?> model) {
    Map<String, HostArray> values = new TreeMap<>();
    model
        .layout()
        .shapes()
        .forEach((n, s) -> values.put(n, Initializer.normal(1).array(DType.FLOAT64, s, n, 5)));
    return values;
  }

  /** Splits fused arrays, whose rows lie head by head: the heads' first rows are the query's. */
  static Map<String, HostArray> split(Map<String, HostArray> fused, Dims d) {
    Map<String, HostArray> split = new TreeMap<>();
    fused.forEach(
        (name, a) -> {
          if (!name.contains(FUSED)) {
            split.put(name, a);
            return;
          }
          boolean transposed = name.endsWith("transposed");
          int inner = transposed ? 1 : a.size() / a.shape().dim(0);
          int outer = transposed ? a.shape().dim(0) : 1;
          int[] each = d.each();
          int all = each[0] + each[1] + each[2];
          int before = 0;
          for (int part = 0; part < 3; part++) {
            int rows = d.keys() * each[part];
            Shape shape = a.shape().withDim(transposed ? 1 : 0, rows);
            HostArray p = HostArray.zeros(a.dtype(), shape);
            for (int o = 0; o < outer; o++) {
              for (int r = 0; r < rows; r++) {
                int from = r / each[part] * all + before + r % each[part];
                for (int i = 0; i < inner; i++) {
                  p.set((o * rows + r) * inner + i, a.get((o * d.keys() * all + from) * inner + i));
                }
              }
            }
            split.put(name.replace(FUSED, PARTS[part]), p);
            before += each[part];
          }
        });
    return split;
  }
}
