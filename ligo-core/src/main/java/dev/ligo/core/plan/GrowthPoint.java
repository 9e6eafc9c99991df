package dev.ligo.core.plan;

import java.util.function.DoubleUnaryOperator;

/**
 * How long to train a small model before it is grown, by the rule of equal slopes: up to where one
 * more of its steps saves the large model no more than the step costs (Shen et al., "Staged
 * Training for Transformer Language Models", arXiv 2203.06211).
 *
 * <p>Lengths are steps as a share of those from scratch. Savings are shares of scratch's compute.
 *
 * @param length the length of the small model's training
 * @param saving what the large model is saved, the small model's training not counted
 * @param net the saving less the small model's training
 */
public record GrowthPoint(double length, double saving, double net) {
  /** The shortest training that is considered, as a share of the longest. */
  private static final double SHORTEST = 1e-3;

  /**
   * {@return the point with the highest net saving}
   *
   * @param saving what the large model is saved, by the length of the small model's training
   * @param cost what a small model's step costs, as a share of the large one's
   * @param shortest the shortest training to consider, above 0
   * @param longest the longest training to consider
   */
  public static GrowthPoint best(
      DoubleUnaryOperator saving, double cost, double shortest, double longest) {
    double length = Maximum.of(x -> saving.applyAsDouble(x) - cost * x, shortest, longest);
    double saved = saving.applyAsDouble(length);
    return new GrowthPoint(length, saved, saved - cost * length);
  }

  /**
   * {@return the point by the rule as it was published, for a growth after which the large model
   * goes on as if it had come to the small one's loss by itself. The slopes of both losses over
   * compute are equal there, at the same loss}
   *
   * @param small the small model's loss, by length
   * @param large the large model's loss, by length
   * @param cost what a small model's step costs, as a share of the large one's
   * @param longest the longest training to consider, above 0
   */
  public static GrowthPoint keepingTheLoss(
      PowerLaw small, PowerLaw large, double cost, double longest) {
    return best(
        x -> Math.min(1, large.reaches(small.at(x)).orElse(1)), cost, SHORTEST * longest, longest);
  }

  /**
   * {@return the point by a measured rate of exchange: what a small model has learned, as a share
   * of what scratch learns, saves that share of {@code worth}. The small model's slope over compute
   * is there the mean slope of scratch, divided by {@code worth}}
   *
   * @param unlearned the share of scratch's fall of loss that the small model lacks, by length
   * @param worth what a small model that had learned all would save
   * @param cost what a small model's step costs, as a share of the large one's
   */
  public static GrowthPoint exchanged(Unlearned unlearned, double worth, double cost) {
    return best(
        x -> worth * (1 - unlearned.at().apply(x).mean()),
        cost,
        unlearned.shortest(),
        unlearned.longest());
  }
}
