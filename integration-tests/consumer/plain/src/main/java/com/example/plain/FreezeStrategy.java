package com.example.plain;

import dev.ligo.core.hyperparameter.Hyperparameter;
import dev.ligo.core.hyperparameter.Hyperparameters;
import dev.ligo.core.hyperparameter.Interval;
import dev.ligo.core.model.Layout;
import dev.ligo.core.model.Parameter;
import dev.ligo.core.train.StrategyPlan;
import dev.ligo.core.train.TrainingException;
import dev.ligo.core.train.TrainingStrategy;
import java.util.HashSet;
import java.util.Set;

/** Freezes the first layers of every stack. */
public record FreezeStrategy(int layers) implements TrainingStrategy {
  private static final Hyperparameter<Integer> LAYERS =
      Hyperparameter.integer("layers", 1, Interval.atLeast(1), "the number of frozen layers");

  public FreezeStrategy {
    LAYERS.check(layers);
  }

  public FreezeStrategy() {
    this(LAYERS.defaultValue());
  }

  @Override
  public String name() {
    return "freeze";
  }

  @Override
  public String summary() {
    return "freezes the first layers of every stack";
  }

  @Override
  public Hyperparameters values() {
    return Hyperparameters.of(LAYERS, layers);
  }

  @Override
  public TrainingStrategy with(Hyperparameters values) {
    return new FreezeStrategy(values.get(LAYERS));
  }

  @Override
  public StrategyPlan plan(Context context) {
    Layout layout = context.model().spec().layout();
    Set<String> frozen = new HashSet<>();
    for (Parameter p : layout.parameters()) {
      if (p.stack().isPresent() && layout.layers(p) <= layers) {
        throw new TrainingException(
            "strategy 'freeze' leaves layers to train: it needs more than " + layers
                + ", found " + layout.layers(p) + ".");
      }
      for (int l = 0; p.stack().isPresent() && l < layers; l++) {
        frozen.add(p.at(l));
      }
    }
    return new StrategyPlan() {
      @Override
      public boolean trains(int variant, String parameter) {
        return !frozen.contains(parameter);
      }
    };
  }
}
