package dev.ligo.cli.options;

import dev.ligo.core.train.TrainingStrategies;
import dev.ligo.core.train.TrainingStrategy;
import java.util.Iterator;

/** The names of the training strategies, for completion. */
public final class StrategyNames implements Iterable<String> {
  @Override
  public Iterator<String> iterator() {
    return TrainingStrategies.all().stream().map(TrainingStrategy::name).iterator();
  }
}
