package dev.ligo.core;

import dev.ligo.core.growth.GrowthException;
import dev.ligo.core.growth.GrowthMethod;
import dev.ligo.core.growth.GrowthPlan;
import dev.ligo.core.model.ModelSpec;
import dev.ligo.core.model.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * What can be said of a growth before anything is computed: what its user should know, and what is
 * refused.
 *
 * @param small the source
 * @param method the method
 */
record GrowthNotes(Checkpoint small, GrowthMethod method) {
  /** Returns what the user should know of a growth, in the order of its parts. */
  List<String> notes(GrowthPlan plan) {
    List<String> notes = new ArrayList<>(small.notes());
    notes.addAll(small.setValues().interpolations());
    notes.addAll(small.freshHeads(plan.large()));
    if (!plan.widens() && !plan.deepens() && plan.newTokens() == 0) {
      notes.add("no size grows");
    }
    if (plan.newTokens() > 0) {
      notes.add(
          "the vocabulary gets "
              + plan.newTokens()
              + " tokens more: the logits of the others stay as they are, but the new ones take a"
              + " share of their probabilities");
    }
    if (plan.changesHeadWidth() && !method.foldsAttentionScale()) {
      notes.add(
          "the head width changes and with it the attention scale, which method '"
              + method.name()
              + "' does not make up for");
    }
    return notes;
  }

  /** Returns what the user should know of grown moments. */
  String ofMoments() {
    return method.learns()
        ? "the optimizer's state was grown by a learned operator: a heuristic, since the gradients"
            + " of a model whose function changes are others"
        : "the optimizer's state was grown as for a model whose function stays; where method '"
            + method.name()
            + "' changes the function, it is a heuristic";
  }

  /**
   * Refuses to learn an operator without data.
   *
   * @throws GrowthException if there is none
   */
  void requireData(boolean hasData) {
    if (!hasData) {
      throw new GrowthException(
          "method '" + method.name() + "' learns its operator and needs data, but was given none.");
    }
  }

  /**
   * Refuses to measure what cannot be measured.
   *
   * @throws GrowthException if there are no data, or no logits to compare
   */
  void requireDrift(GrowthPlan plan, boolean learns, boolean hasData) {
    if (!hasData) {
      throw new GrowthException("measuring the drift compares logits on data, but none was given.");
    }
    if (driftTask(plan, learns).isEmpty()) {
      throw new GrowthException(
          "measuring the drift compares logits of "
              + (learns ? "the " + plan.large().pretraining() : "a")
              + " head, which the source does not have; grow without measuring.");
    }
  }

  /**
   * Returns the task whose logits tell how far the function moves: that of pretraining, on whose
   * data a method learns, or else that of a head which the source has.
   */
  static Optional<String> driftTask(GrowthPlan plan, boolean learns) {
    ModelSpec<?> small = plan.small();
    Stream<String> tasks =
        Stream.concat(
            Stream.of(small.pretraining()),
            learns
                ? Stream.empty()
                : Stream.concat(
                    small.namedHead().stream(), small.heads().stream().map(Task::name)));
    return tasks.filter(t -> small.hasHead(t) && plan.large().hasHead(t)).findFirst();
  }

  /**
   * Refuses a vocabulary that does not fit.
   *
   * @throws GrowthException if the tokenizer has more tokens, or the optimizer's state is to grow
   */
  void requireTokens(GrowthPlan plan, boolean optimizerState) {
    int tokens = plan.large().vocabulary().orElse(0);
    OptionalInt ids = plan.small().tokenizerSize(small.path());
    if (plan.newTokens() > 0 && ids.isPresent() && tokens < ids.getAsInt()) {
      throw new GrowthException(
          "the vocabulary would have "
              + tokens
              + " tokens, but the tokenizer beside the source has "
              + ids.getAsInt()
              + "; take at least as many.");
    }
    if (plan.newTokens() > 0 && optimizerState) {
      throw new GrowthException(
          "the optimizer's state does not grow with the vocabulary; leave it behind, or grow the"
              + " vocabulary alone in a step of its own.");
    }
  }
}
