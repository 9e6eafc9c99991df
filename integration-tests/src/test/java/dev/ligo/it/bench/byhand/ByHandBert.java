package dev.ligo.it.bench.byhand;

import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.JniUtils;
import java.util.Map;

/** BERT with its masked-language-model head on DJL's arrays, without dropout. */
final class ByHandBert {
  private static final double EPSILON = 1e-12;
  private static final String WORDS = "bert.embeddings.word_embeddings.weight";
  private static final String HEAD = "cls.predictions.";

  /** A batch on the engine; positions, labels and weights are those of scored tokens. */
  record Inputs(
      PtNDArray ids,
      PtNDArray types,
      PtNDArray bias,
      PtNDArray positions,
      PtNDArray labels,
      PtNDArray weights) {}

  private final int layers;
  private final int heads;
  private final PtNDArray scale;
  private final TorchFunction crossEntropy;

  ByHandBert(PtNDManager manager, int layers, int heads, int headWidth) {
    this.layers = layers;
    this.heads = heads;
    this.scale = (PtNDArray) manager.create((float) (1 / Math.sqrt(headWidth)));
    this.crossEntropy =
        new TorchFunction(
            manager,
            "(logits: Tensor, labels: Tensor) -> Tensor",
            "return torch.cross_entropy_loss(logits, labels, None, 0, -100, 0.)");
  }

  PtNDArray loss(Map<String, PtNDArray> w, Inputs x) {
    PtNDArray h = embeddings(w, x);
    for (int l = 0; l < layers; l++) {
      h = layer(w, "bert.encoder.layer." + l + ".", h, x.bias());
    }
    long hidden = h.getShape().get(2);
    PtNDArray rows =
        JniUtils.embedding(x.positions(), JniUtils.reshape(h, new long[] {-1, hidden}), false);
    PtNDArray transformed = JniUtils.gelu(linear(w, HEAD + "transform.dense", rows));
    PtNDArray normed = norm(w, HEAD + "transform.LayerNorm", transformed);
    PtNDArray logits = JniUtils.linear(normed, w.get(WORDS), w.get(HEAD + "bias"));
    PtNDArray losses = JniUtils.mul(crossEntropy.apply(logits, x.labels()), x.weights());
    return JniUtils.div(JniUtils.sum(losses), JniUtils.sum(x.weights()));
  }

  private static PtNDArray embeddings(Map<String, PtNDArray> w, Inputs x) {
    PtNDArray words = JniUtils.embedding(x.ids(), w.get(WORDS), false);
    PtNDArray types =
        JniUtils.embedding(x.types(), w.get("bert.embeddings.token_type_embeddings.weight"), false);
    PtNDArray table = w.get("bert.embeddings.position_embeddings.weight");
    PtNDArray positions = JniUtils.slice(table, 0, 0, x.ids().getShape().get(1), 1);
    PtNDArray sum = JniUtils.add(JniUtils.add(words, types), positions);
    return norm(w, "bert.embeddings.LayerNorm", sum);
  }

  private PtNDArray layer(Map<String, PtNDArray> w, String p, PtNDArray h, PtNDArray bias) {
    PtNDArray q = split(linear(w, p + "attention.self.query", h));
    PtNDArray k = split(linear(w, p + "attention.self.key", h));
    PtNDArray v = split(linear(w, p + "attention.self.value", h));
    PtNDArray scores = JniUtils.matmul(JniUtils.mul(q, scale), JniUtils.transpose(k, -1, -2));
    PtNDArray probabilities = JniUtils.softmax(JniUtils.add(scores, bias), 3, scores.getDataType());
    PtNDArray context =
        JniUtils.permute(JniUtils.matmul(probabilities, v), new long[] {0, 2, 1, 3});
    PtNDArray merged = JniUtils.reshape(context, h.getShape().getShape());
    PtNDArray attended = linear(w, p + "attention.output.dense", merged);
    PtNDArray a = norm(w, p + "attention.output.LayerNorm", JniUtils.add(attended, h));
    PtNDArray inner = JniUtils.gelu(linear(w, p + "intermediate.dense", a));
    PtNDArray out = linear(w, p + "output.dense", inner);
    return norm(w, p + "output.LayerNorm", JniUtils.add(out, a));
  }

  /** (rows, sequence, heads · width) to (rows, heads, sequence, width). */
  private PtNDArray split(PtNDArray x) {
    Shape s = x.getShape();
    PtNDArray each = JniUtils.reshape(x, new long[] {s.get(0), s.get(1), heads, -1});
    return JniUtils.permute(each, new long[] {0, 2, 1, 3});
  }

  private static PtNDArray linear(Map<String, PtNDArray> w, String name, PtNDArray x) {
    return JniUtils.linear(x, w.get(name + ".weight"), w.get(name + ".bias"));
  }

  private static PtNDArray norm(Map<String, PtNDArray> w, String name, PtNDArray x) {
    Shape last = new Shape(x.getShape().get(x.getShape().dimension() - 1));
    return JniUtils.layerNorm(x, last, w.get(name + ".weight"), w.get(name + ".bias"), EPSILON);
  }
}
