package dev.ligo.core.train;

import com.google.gson.JsonObject;
import dev.ligo.api.AdamW;
import dev.ligo.api.Wording;
import java.util.Locale;

/**
 * How gradients change variables.
 *
 * @param kind the rule
 * @param adamW the constants of AdamW; of SGD only the weight decay
 * @param maxGradientNorm the norm of all gradients together above which they are scaled down, or 0
 *     for none
 */
public record Optimizer(Kind kind, AdamW adamW, double maxGradientNorm) {
  /** The weight decay of matrices where none is named. */
  public static final double WEIGHT_DECAY = 0.01;

  /** The rules. */
  public enum Kind {
    /** Adam with decoupled weight decay. */
    ADAMW,
    /** θ ← θ − η·(g + λ·θ). */
    SGD
  }

  /**
   * Checks the norm.
   *
   * @param kind the rule
   * @param adamW the constants of AdamW; of SGD only the weight decay
   * @param maxGradientNorm the norm of all gradients together above which they are scaled down, or
   *     0 for none
   */
  public Optimizer {
    if (!(maxGradientNorm >= 0)) {
      throw new TrainingException(
          "the largest gradient norm is not below 0, found " + maxGradientNorm + ".");
    }
  }

  /**
   * {@return AdamW as BERT is trained with: betas 0.9 and 0.999, epsilon 1e-6, clipping at 1}
   *
   * @param weightDecay the decoupled weight decay
   */
  public static Optimizer adamW(double weightDecay) {
    return new Optimizer(Kind.ADAMW, new AdamW(0.9, 0.999, 1e-6, weightDecay), 1);
  }

  /**
   * {@return this optimizer with another norm above which gradients are scaled down}
   *
   * @param norm the largest norm of all gradients together
   */
  public Optimizer withMaxGradientNorm(double norm) {
    return new Optimizer(kind, adamW, norm);
  }

  /**
   * {@return plain gradient descent, clipping at 1}
   *
   * @param weightDecay the decoupled weight decay
   */
  public static Optimizer sgd(double weightDecay) {
    return new Optimizer(Kind.SGD, new AdamW(0, 0, 1, weightDecay), 1);
  }

  /** {@return the optimizer as JSON} */
  public JsonObject json() {
    JsonObject o = new JsonObject();
    o.addProperty("kind", kind.name().toLowerCase(Locale.ROOT));
    o.addProperty("beta1", adamW.beta1());
    o.addProperty("beta2", adamW.beta2());
    o.addProperty("epsilon", adamW.epsilon());
    o.addProperty("weight_decay", adamW.weightDecay());
    o.addProperty("max_gradient_norm", maxGradientNorm);
    return o;
  }

  /** {@return the optimizer in words, from which it can be told from others} */
  @Override
  public String toString() {
    return kind.name().toLowerCase(Locale.ROOT)
        + (kind == Kind.SGD
            ? ""
            : ", betas "
                + Wording.number(adamW.beta1())
                + " and "
                + Wording.number(adamW.beta2())
                + ", epsilon "
                + Wording.number(adamW.epsilon()))
        + ", weight decay "
        + Wording.number(adamW.weightDecay())
        + (maxGradientNorm == 0
            ? ""
            : ", gradient norm at most " + Wording.number(maxGradientNorm));
  }
}
