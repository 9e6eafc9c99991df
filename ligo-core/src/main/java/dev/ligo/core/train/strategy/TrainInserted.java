package dev.ligo.core.train.strategy;

import dev.ligo.core.growth.LayerOrigins;
import dev.ligo.core.model.Parameter;
import dev.ligo.core.train.StrategyPlan;
import dev.ligo.core.train.TrainingException;
import dev.ligo.core.train.TrainingStrategy;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Trains the layers that growing inserted and nothing else, as LLaMA-Pro does after its block
 * expansion (Wu et al., ACL 2024): every other parameter keeps its bytes, embeddings and heads
 * included. Only a head that begins afresh is trained with them.
 */
public record TrainInserted() implements TrainingStrategy {
  @Override
  public String name() {
    return "inserted";
  }

  @Override
  public String summary() {
    return "trains the layers alone that growing inserted, all else is frozen (LLaMA-Pro)";
  }

  @Override
  public StrategyPlan plan(Context context) {
    if (context.origins().layers().isEmpty()) {
      throw new TrainingException(
          "strategy 'inserted' trains the layers that growing inserted, and how this model was grown"
              + " is not known; begin with a grown checkpoint and the growth.json beside it.");
    }
    Set<String> inserted = new TreeSet<>();
    Map<String, Integer> stacks = context.model().spec().layout().stacks();
    for (Map.Entry<String, LayerOrigins> e : context.origins().layers().entrySet()) {
      int layers = stacks.getOrDefault(e.getKey(), 0);
      if (layers != e.getValue().sources().size()) {
        throw new TrainingException(
            "stack '"
                + e.getKey()
                + "' was grown to "
                + e.getValue().sources().size()
                + " layers, found "
                + layers
                + "; the record is of another model.");
      }
    }
    for (Parameter p : context.model().spec().layout().parameters()) {
      p.stack()
          .map(context.origins().layers()::get)
          .ifPresent(o -> o.inserted().forEach(l -> inserted.add(p.at(l))));
    }
    if (inserted.isEmpty()) {
      throw new TrainingException(
          "strategy 'inserted' trains the layers that growing inserted, and this model has none;"
              + " deepen it, or train all of it.");
    }
    return new StrategyPlan() {
      @Override
      public Phase phase(long step) {
        return Phase.REST;
      }

      @Override
      public boolean trains(int variant, String parameter) {
        return inserted.contains(parameter);
      }
    };
  }
}
