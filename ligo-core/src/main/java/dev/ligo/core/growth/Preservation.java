package dev.ligo.core.growth;

import dev.ligo.core.checkpoint.FileDType;
import java.util.Optional;

/**
 * What a method says of a plan: whether the large model computes what the small one does.
 *
 * @param degree how nearly it does
 * @param reason why, as the end of a sentence
 * @param rounding the type of half precision in which the large model is stored, if that rounds
 *     what the claim is about
 * @param kept the choice by which the method would keep the function of this plan, if there is one
 */
public record Preservation(
    Degree degree, String reason, Optional<FileDType> rounding, Optional<Choice> kept) {
  /**
   * A value of one of the method's hyperparameters.
   *
   * @param hyperparameter its name
   * @param value the text of the value
   */
  public record Choice(String hyperparameter, String value) {}

  /** How nearly a function is kept. */
  public enum Degree {
    /** Up to rounding, in float32 or in a type that is named. */
    EXACT,
    /** Up to a small error that the reason names. */
    NEAR,
    /** Not at all, or nothing is known. */
    CHANGED
  }

  /**
   * {@return that the function stays, up to rounding}
   *
   * @param reason why, as the end of a sentence
   */
  public static Preservation exact(String reason) {
    return new Preservation(Degree.EXACT, reason, Optional.empty(), Optional.empty());
  }

  /**
   * {@return that the function stays, up to an error}
   *
   * @param reason why, as the end of a sentence
   */
  public static Preservation near(String reason) {
    return new Preservation(Degree.NEAR, reason, Optional.empty(), Optional.empty());
  }

  /**
   * {@return that the function changes}
   *
   * @param reason why, as the end of a sentence
   */
  public static Preservation changed(String reason) {
    return new Preservation(Degree.CHANGED, reason, Optional.empty(), Optional.empty());
  }

  /**
   * {@return the weaker of two claims, for a plan that needs both}
   *
   * @param other what else holds
   */
  public Preservation and(Preservation other) {
    return other.degree.compareTo(degree) > 0 ? other : this;
  }

  /**
   * {@return the claim for a source whose config was set other values: what stays is not the
   * function of its files}
   *
   * @param values the values, such as "hidden_act=relu"
   */
  public Preservation ofSourceWith(String values) {
    return degree == Degree.CHANGED
        ? this
        : new Preservation(
            degree,
            reason
                + "; that is the function of the source with "
                + values
                + ", not that of its own config",
            rounding,
            kept);
  }

  /**
   * {@return the claim for values that are rounded when they are written}
   *
   * @param dtype the type in which they are written
   */
  public Preservation roundedTo(FileDType dtype) {
    return degree == Degree.CHANGED
        ? this
        : new Preservation(degree, reason, Optional.of(dtype), kept);
  }

  /**
   * {@return the claim with the choice by which the method would keep the function}
   *
   * @param hyperparameter the name of one of the method's hyperparameters
   * @param value the text of the value
   */
  public Preservation keptBy(String hyperparameter, String value) {
    return new Preservation(
        degree, reason, rounding, Optional.of(new Choice(hyperparameter, value)));
  }

  @Override
  public String toString() {
    String upTo = rounding.map(d -> " up to rounding in " + d).orElse("");
    return switch (degree) {
      case EXACT -> "the function stays" + upTo + ": " + reason;
      case NEAR -> "the function nearly stays" + upTo + ": " + reason;
      case CHANGED ->
          "the function changes: "
              + reason
              + kept.map(c -> "; it stays with " + c.hyperparameter() + " " + c.value()).orElse("");
    };
  }
}
