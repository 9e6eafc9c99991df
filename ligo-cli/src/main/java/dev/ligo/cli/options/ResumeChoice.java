package dev.ligo.cli.options;

import dev.ligo.api.CancelledException;
import dev.ligo.api.LigoException;
import dev.ligo.cli.console.Format;
import dev.ligo.core.train.ChangedRunException;
import dev.ligo.core.train.RunIdentity;
import dev.ligo.core.train.TrainingDirectory;
import dev.ligo.core.train.TrainingException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The options that say whether and how an interrupted run is continued. */
public final class ResumeChoice {
  @Option(names = "--resume", description = "Continue what was interrupted, to the same DIR")
  public boolean resume;

  @Option(
      names = "--allow-changed",
      paramLabel = "WHAT",
      split = ",",
      converter = Changeable.class,
      completionCandidates = Changeable.class,
      description = {
        "With --resume: what may be another than before, of ${COMPLETION-CANDIDATES}. What"
            + " changed is recorded.",
        "Default: a run is continued as it was begun, or refused"
      })
  public Set<String> allowed = Set.of();

  /**
   * Refuses a change that is allowed where nothing is continued.
   *
   * @return true
   * @throws LigoException if it is
   */
  public boolean check() {
    if (!allowed.isEmpty() && !resume) {
      throw new LigoException("--allow-changed is for a run that --resume continues; name both");
    }
    return true;
  }

  /** Says so where there is nothing to continue. */
  public void noteNothing(Path out, Consumer<String> told) {
    if (resume && !TrainingDirectory.isInterrupted(out)) {
      told.accept("note: there is no interrupted run to " + out + ": it begins anew");
    }
  }

  /** Returns an error with the option that allows what changed, if there is one. */
  public static LigoException advised(LigoException e) {
    return e instanceof ChangedRunException changed && changed.isAllowable()
        ? new TrainingException(
            e.getMessage().replaceAll("\\.$", "") + "; --allow-changed goes on all the same.", e)
        : e;
  }

  /** Returns the choice to continue whatever was interrupted, as it was begun. */
  public static ResumeChoice always() {
    ResumeChoice choice = new ResumeChoice();
    choice.resume = true;
    return choice;
  }

  /** Returns a cancellation that says how the run goes on. */
  public static CancelledException resumable(CancelledException e, Path out) {
    OptionalLong saved = TrainingDirectory.savedStep(out);
    String how = saved.isPresent() ? continued(saved) : "no step was made yet";
    return new CancelledException(e.getMessage().replaceAll("\\.$", "") + "; " + how + ".", e);
  }

  /** Returns how a run goes on after a step. */
  public static String continued(OptionalLong saved) {
    return "--resume continues after step " + Format.count(saved.getAsLong());
  }

  /** The words for what may change. */
  static final class Changeable implements ITypeConverter<String>, Iterable<String> {
    @Override
    public String convert(String text) {
      if (!RunIdentity.CHANGEABLE.contains(text)) {
        throw new TypeConversionException(
            "expected of " + String.join(", ", this) + ", found '" + text + "'");
      }
      return text;
    }

    @Override
    public Iterator<String> iterator() {
      return new TreeSet<>(RunIdentity.CHANGEABLE).iterator();
    }
  }
}
