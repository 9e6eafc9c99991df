package dev.ligo.it.bench.byhand;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.JniUtils;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A BERT pretraining step as one would write it against DJL's own classes, knowing them well: what
 * a step of ligo is measured against. It knows nothing of ligo.
 */
public final class ByHandTraining implements AutoCloseable {
  /** The number that is added to the score of padding. */
  private static final float MASKED = -1e9f;

  private final PtNDManager root;
  private final int threads;
  private final SortedMap<String, PtNDArray> parameters = new TreeMap<>();
  private final ByHandBert bert;
  private final FusedAdamW optimizer;
  private final PtNDArray one;
  private long steps;

  /** Creates a training of parameters under the checkpoint's names. */
  public ByHandTraining(
      Map<String, Values> values,
      int layers,
      int heads,
      int headWidth,
      double weightDecay,
      int threads) {
    this.threads = threads;
    root = (PtNDManager) Engine.getEngine("PyTorch").newBaseManager(Device.cpu());
    bert = new ByHandBert(root, layers, heads, headWidth);
    values.forEach((n, v) -> parameters.put(n, array(root, v.elements(), v.shape())));
    optimizer = new FusedAdamW(root, parameters, weightDecay);
    one = (PtNDArray) root.create(1f);
  }

  /** An array around a Java buffer borrows its memory; a copy has its own. */
  private static PtNDArray own(PtNDManager manager, NDArray borrowed) {
    try (borrowed) {
      PtNDArray copy = (PtNDArray) borrowed.duplicate();
      copy.attach(manager);
      return copy;
    }
  }

  private static PtNDArray array(PtNDManager manager, float[] elements, long... shape) {
    return own(manager, manager.create(elements, new Shape(shape)));
  }

  private static PtNDArray array(PtNDManager manager, int[] elements, long... shape) {
    return own(manager, manager.create(elements, new Shape(shape)));
  }

  private static ByHandBert.Inputs inputs(PtNDManager manager, Tokens x) {
    float[] bias = new float[x.mask().length];
    for (int i = 0; i < bias.length; i++) {
      bias[i] = x.mask()[i] == 0 ? MASKED : 0;
    }
    long[] labels = new long[x.labels().length];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = x.labels()[i];
    }
    return new ByHandBert.Inputs(
        array(manager, x.ids(), x.rows(), x.sequence()),
        array(manager, x.types(), x.rows(), x.sequence()),
        array(manager, bias, x.rows(), 1, 1, x.sequence()),
        array(manager, x.positions(), x.positions().length),
        own(manager, manager.create(labels, new Shape(labels.length))),
        array(manager, x.weights(), x.weights().length));
  }

  /** Makes one step and returns the loss before it. */
  public float step(Tokens batch, double learningRate) {
    JniUtils.setNumThreads(threads);
    JniUtils.setGraphExecutorOptimize(false);
    try (PtNDManager step = (PtNDManager) root.newSubManager()) {
      Map<String, PtNDArray> leaves = new TreeMap<>();
      parameters.forEach((n, p) -> leaves.put(n, leaf(step, p)));
      PtNDArray loss = loss(step, leaves, inputs(step, batch));
      float value = loss.getFloat();
      JniUtils.backward(loss, one, false, false);
      JniUtils.setGradMode(false);
      Map<String, PtNDArray> gradients = new TreeMap<>();
      leaves.forEach((n, leaf) -> gradients.put(n, JniUtils.getGradient(leaf)));
      optimizer.update(step, gradients, ++steps, learningRate);
      return value;
    }
  }

  /** A new variable of the parameter's memory: its gradient need not be set to zero first. */
  private static PtNDArray leaf(PtNDManager step, PtNDArray parameter) {
    PtNDArray leaf = JniUtils.detachGradient(parameter);
    leaf.attach(step);
    JniUtils.attachGradient(leaf, true);
    return leaf;
  }

  /** Records the forward direction; the tape alone keeps what the way back needs. */
  private PtNDArray loss(
      PtNDManager step, Map<String, PtNDArray> leaves, ByHandBert.Inputs inputs) {
    JniUtils.setGradMode(true);
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      PtNDArray loss = bert.loss(leaves, inputs);
      NDScope.unregister(loss);
      loss.attach(step);
      return loss;
    }
  }

  @Override
  public void close() {
    root.close();
  }
}
