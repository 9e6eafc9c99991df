package dev.ligo.cli.compare;

import dev.ligo.api.LigoException;
import dev.ligo.core.comparison.ComparisonException;
import java.util.Map;
import java.util.function.Supplier;

/** Adds the options that help to what the library says is wrong with a comparison. */
final class ComparisonAdvice {
  private static final Map<ComparisonException.Remedy, String> OPTIONS =
      Map.of(
          ComparisonException.Remedy.RESUME,
          "--resume continues it",
          ComparisonException.Remedy.SOURCE,
          "--source NAME=DIR names another source for it alone",
          ComparisonException.Remedy.EPOCHS,
          "--max-epochs allows more epochs");

  private ComparisonAdvice() {}

  /** Runs something, and adds advice to what is refused there. */
  static <T> T advised(Supplier<T> work) {
    try {
      return work.get();
    } catch (ComparisonException e) {
      if (e.remedy().isEmpty()) {
        throw e;
      }
      throw new LigoException(e.getMessage() + " (" + OPTIONS.get(e.remedy().get()) + ".)", e);
    }
  }

  /** Runs something that gives nothing. */
  static void advised(Runnable work) {
    advised(
        () -> {
          work.run();
          return true;
        });
  }
}
