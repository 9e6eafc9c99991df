package dev.ligo.testkit;

import com.google.gson.JsonObject;
import dev.ligo.api.DType;
import dev.ligo.api.NamedTensors;
import dev.ligo.api.Shape;
import dev.ligo.api.Tensor;
import dev.ligo.api.TensorSpec;
import dev.ligo.core.model.Architecture;
import dev.ligo.core.model.Axis;
import dev.ligo.core.model.ConfigReader;
import dev.ligo.core.model.Dialect;
import dev.ligo.core.model.ForwardContext;
import dev.ligo.core.model.Initializer;
import dev.ligo.core.model.Layout;
import dev.ligo.core.model.Parameters;
import dev.ligo.core.model.Sizes;
import dev.ligo.core.model.Task;
import dev.ligo.core.model.Use;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** The tiny family with one mistake of its author's, and the test that is to catch it. */
enum MistakenFamily {
  UNUSED_PARAMETER("everyParameterIsUsed") {
    @Override
    Architecture<?> family() {
      return new TinyFamily() {
        @Override
        public void parameters(Config c, Layout p) {
          super.parameters(c, p);
          p.bias("tiny.forgotten", p.width("embed", c.hidden()));
        }
      };
    }
  },
  UNDECLARED_PARAMETER("shapesFitAndProductsAreCounted") {
    @Override
    Architecture<?> family() {
      return new TinyFamily() {
        @Override
        public NamedTensors forward(Parameters w, Config c, ForwardContext x) {
          NamedTensors out = super.forward(w, c, x);
          return out.with("mean", out.get("mean").add(w.get("tiny.bias")));
        }
      };
    }
  },
  READ_DECLARED_AS_WRITE("copiesOfEveryUnitLeaveTheLogits") {
    @Override
    Architecture<?> family() {
      return new TinyFamily() {
        @Override
        void layer(Config c, Layout l, Axis.Width embed) {
          Axis.Width inner = l.width("inner", c.inner());
          Initializer normal = Initializer.normal(0.4);
          l.parameter("in.weight", normal, Use.write(inner), Use.write(embed));
          l.bias("in.bias", inner);
          l.linear("out", inner, embed);
        }
      };
    }
  },
  END_OF_A_BRANCH_DECLARED_ELSEWHERE("methodsKeepTheirPromises") {
    @Override
    Architecture<?> family() {
      return new TinyFamily() {
        @Override
        void layer(Config c, Layout l, Axis.Width embed) {
          Axis.Width inner = l.width("inner", c.inner());
          l.norm("norm", embed);
          l.branchEnd("in", embed, inner);
          l.linear("out", inner, embed);
        }

        @Override
        Tensor layer(Parameters w, Config c, ForwardContext x, Tensor h) {
          Tensor inner = activation(w.linear("in", w.norm("norm", h, 1e-5)));
          return h.add(x.dropout(w.linear("out", inner), c.dropout()));
        }
      };
    }
  },
  ROTARY_HEADS_DECLARED_AS_FREE("methodsKeepTheirPromises") {
    @Override
    Architecture<?> family() {
      return new TinyRotary() {
        @Override
        Axis.Width meeting(Layout l, String name, Axis.Width heads, int width) {
          return l.width(name, heads, width);
        }
      };
    }
  },
  QUERY_DECLARED_AS_WRITE("methodsKeepTheirPromises") {
    @Override
    Architecture<?> family() {
      return new TinyAttention() {
        @Override
        Use query(Axis.Width q) {
          return Use.write(q);
        }
      };
    }
  },
  HEADS_ASKED_FOR_IN_VAIN("headsBecomeWiderOrRefuse") {
    @Override
    Architecture<?> family() {
      return new TinyAttention() {
        @Override
        public Config resize(Config c, Sizes sizes) {
          return super.resize(
              c,
              new Sizes(sizes.layers(), sizes.hidden(), OptionalInt.empty(), sizes.intermediate()));
        }
      };
    }
  },
  AXIS_THAT_IS_NOT_TIED("unitsOfEveryAxisMayChangePlaces") {
    @Override
    Architecture<?> family() {
      return new TinyFamily() {
        @Override
        public List<Task<Config>> tasks() {
          return List.of(
              new Classification() {
                @Override
                public void parameters(Config c, Layout p) {
                  p.linear("classifier", p.width("mean", c.hidden()), Axis.fixed(c.classes()));
                }
              });
        }
      };
    }
  },
  AXIS_THAT_DOES_NOT_GROW("someMethodGrowsInEveryDirection") {
    @Override
    Architecture<?> family() {
      return new TinyFamily() {
        @Override
        void layer(Config c, Layout l, Axis.Width embed) {
          Axis inner = Axis.fixed(c.inner());
          l.linear("in", embed, inner);
          l.linear("out", inner, embed);
        }
      };
    }
  },
  SIZE_NOT_WRITTEN("aConfigurationIsParsedWrittenAndResized") {
    @Override
    Architecture<?> family() {
      return new TinyFamily() {
        @Override
        public void write(Config c, JsonObject json) {
          json.addProperty("num_hidden_layers", c.layers());
          json.addProperty("hidden_size", c.hidden());
        }
      };
    }
  },
  SIZE_IGNORED("aConfigurationIsParsedWrittenAndResized") {
    @Override
    Architecture<?> family() {
      return new TinyFamily() {
        @Override
        public Config resize(Config c, Sizes sizes) {
          return c;
        }
      };
    }
  },
  OPTION_IGNORED("anOptionThatIsNotComputedIsRefused") {
    @Override
    Architecture<?> family() {
      return new TinyFamily() {
        @Override
        public Config parse(ConfigReader c) {
          JsonObject json = c.json().deepCopy();
          json.remove("pruned_heads");
          return super.parse(new ConfigReader(json));
        }
      };
    }
  },
  WRONG_VALUE_REPLACED("aWrongConfigurationIsRefused") {
    @Override
    Architecture<?> family() {
      return new TinyFamily() {
        @Override
        public Config parse(ConfigReader c) {
          JsonObject json = c.json().deepCopy();
          if (!json.get("num_labels").getAsJsonPrimitive().isNumber()) {
            json.addProperty("num_labels", 2);
          }
          return super.parse(new ConfigReader(json));
        }
      };
    }
  },
  MASK_IGNORED("whatIsMaskedChangesNothingElsewhere") {
    @Override
    Architecture<?> family() {
      return new TinyFamily() {
        @Override
        public NamedTensors forward(Parameters w, Config c, ForwardContext x) {
          NamedTensors out = super.forward(w, c, x);
          return out.with("mean", out.get("hidden").mean(1));
        }
      };
    }
  },
  MASK_THAT_BATCHES_LEAVE_OUT_IGNORED("whatIsMaskedChangesNothingElsewhere") {
    @Override
    Architecture<?> family() {
      return new TinyFamily() {
        @Override
        public NamedTensors forward(Parameters w, Config c, ForwardContext x) {
          Tensor embedded = w.embed("tiny.embeddings", x.get("input_ids"));
          Tensor hidden = w.stack("tiny.layers", c.layers(), embedded, (l, h) -> layer(l, c, x, h));
          Tensor mean = hidden.mean(1);
          return NamedTensors.of("hidden", hidden)
              .with("mean", x.has("attention_mask") ? rescaled(mean, x) : mean);
        }

        /** Returns the mean as if it were one over the tokens that the mask leaves. */
        private static Tensor rescaled(Tensor mean, ForwardContext x) {
          return mean.div(x.get("attention_mask").cast(mean.dtype()).mean(1).expandDims(-1));
        }

        @Override
        public List<Task<Config>> tasks() {
          return List.of(
              new Classification() {
                @Override
                public Map<String, TensorSpec> batchSpecs(
                    Config c, int batchSize, int sequenceLength) {
                  Map<String, TensorSpec> batch =
                      new TreeMap<>(super.batchSpecs(c, batchSize, sequenceLength));
                  batch.remove("attention_mask");
                  return batch;
                }
              });
        }
      };
    }
  },
  DETACHED_LAYER("gradientsAreThoseOfDifferences") {
    @Override
    Architecture<?> family() {
      return new TinyFamily() {
        @Override
        Tensor activation(Tensor x) {
          return super.activation(x).stopGradient();
        }
      };
    }
  },
  DIALECT_WITH_ONE_NAME_TWICE("everyTensorHasANameOfItsOwn") {
    @Override
    Architecture<?> family() {
      return new TinyFamily() {
        @Override
        public List<Dialect> dialects() {
          return List.of(
              Dialect.CANONICAL, renamed("short", n -> n.substring(n.lastIndexOf('.') + 1)));
        }
      };
    }
  },
  DIALECTS_THAT_CANNOT_BE_TOLD_APART("everyDialectIsReadAsItWasWritten") {
    @Override
    Architecture<?> family() {
      return new TinyFamily() {
        @Override
        public List<Dialect> dialects() {
          return List.of(
              Dialect.CANONICAL,
              renamed(
                  "crossed",
                  n ->
                      n.contains(".0.")
                          ? n.replace(".0.", ".1.")
                          : n.contains(".1.") ? n.replace(".1.", ".0.") : n));
        }
      };
    }
  },
  BATCH_NOT_AS_DECLARED("shapesFitAndProductsAreCounted") {
    @Override
    Architecture<?> family() {
      return new TinyFamily() {
        @Override
        public List<Task<Config>> tasks() {
          return List.of(
              new Classification() {
                @Override
                public Map<String, TensorSpec> batchSpecs(
                    Config c, int batchSize, int sequenceLength) {
                  Map<String, TensorSpec> batch =
                      new TreeMap<>(super.batchSpecs(c, batchSize, sequenceLength));
                  batch.put("labels", new TensorSpec(DType.INT32, Shape.of(batchSize + 1)));
                  return batch;
                }
              });
        }
      };
    }
  },
  MASK_BESIDE_THE_STACK("aLayerMayBeRunOnSomeOfTheExamples") {
    @Override
    Architecture<?> family() {
      return new TinyFamily() {
        @Override
        public NamedTensors forward(Parameters w, Config c, ForwardContext x) {
          Tensor mask = x.get("attention_mask").expandDims(-1);
          Tensor embedded = w.embed("tiny.embeddings", x.get("input_ids"));
          Tensor hidden =
              w.stack(
                  "tiny.layers",
                  c.layers(),
                  embedded,
                  (l, h) -> {
                    Tensor m = mask.cast(h.dtype());
                    return h.add(l.linear("out", activation(l.linear("in", h))).mul(m));
                  });
          Tensor m = mask.cast(hidden.dtype());
          return NamedTensors.of("hidden", hidden).with("mean", hidden.mul(m).sum(1).div(m.sum(1)));
        }
      };
    }
  },
  PLACES_BESIDE_THE_STACK("aLayerMayBeRunOnSomeOfTheTokens") {
    @Override
    Architecture<?> family() {
      return new TinyFamily() {
        @Override
        public NamedTensors forward(Parameters w, Config c, ForwardContext x) {
          Tensor embedded = w.embed("tiny.embeddings", x.get("input_ids"));
          Tensor places = x.t().range(embedded.shape().dim(1));
          Tensor hidden =
              w.stack(
                  "tiny.layers",
                  c.layers(),
                  embedded,
                  (l, h) -> {
                    Tensor inner = activation(l.linear("in", h));
                    Tensor place = places.lessOrEqual(places).cast(h.dtype()).expandDims(-1);
                    return h.add(l.linear("out", inner).mul(place));
                  });
          Tensor mask = x.get("attention_mask").cast(hidden.dtype()).expandDims(-1);
          return NamedTensors.of("hidden", hidden)
              .with("mean", hidden.mul(mask).sum(1).div(mask.sum(1)));
        }
      };
    }
  },
  LOSS_BY_CHANCE("theSameSeedGivesTheSame") {
    @Override
    Architecture<?> family() {
      return new TinyFamily() {
        private int calls;

        @Override
        public NamedTensors forward(Parameters w, Config c, ForwardContext x) {
          NamedTensors out = super.forward(w, c, x);
          return out.with("mean", out.get("mean").mul(1 + 0.01 * calls++));
        }
      };
    }
  };

  private final String caughtBy;

  MistakenFamily(String caughtBy) {
    this.caughtBy = caughtBy;
  }

  abstract Architecture<?> family();

  String caughtBy() {
    return caughtBy;
  }

  private static Dialect renamed(String name, UnaryOperator<String> tensor) {
    return new Dialect(name, n -> Dialect.Place.whole(tensor.apply(n)), false);
  }
}
