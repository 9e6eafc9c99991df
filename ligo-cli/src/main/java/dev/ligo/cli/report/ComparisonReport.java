package dev.ligo.cli.report;

import dev.ligo.core.comparison.Curve;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The results of a comparison of training runs, all in words but for the pictures.
 *
 * @param title what was compared
 * @param lead what was done, a paragraph each
 * @param findings what came out, a sentence each
 * @param methods the methods, from the highest saving to the lowest
 * @param reference the method that others are held against
 * @param dots what each method saved, in the order of the methods
 * @param savings the same as text, a row for each method
 * @param sources what each way of growing saved net, by the sources that it grew from; none if no
 *     two of them are of one shape
 * @param loss what the curves show, such as "validation loss (masked-lm)"
 * @param curves the curves that are drawn, those of a method under its name
 * @param trials curves that are only listed
 * @param budget the floating-point operations that the model from scratch spent
 * @param levels losses to compare with
 * @param spans compute that was saved
 * @param training how each method was trained, a row for each
 * @param limits what the figures can and cannot prove, a paragraph each
 * @param settings how it was done, by what was set
 * @param commands how to do it again, a line each
 * @param running the run that is not done while this is written
 */
public record ComparisonReport(
    String title,
    List<String> lead,
    List<String> findings,
    List<String> methods,
    String reference,
    List<Dots> dots,
    Grid savings,
    List<Series> sources,
    String loss,
    List<Line> curves,
    List<Line> trials,
    double budget,
    List<Level> levels,
    List<Span> spans,
    Grid training,
    List<String> limits,
    Map<String, String> settings,
    List<String> commands,
    Optional<Running> running) {
  /** Copies the lists. */
  public ComparisonReport {
    lead = List.copyOf(lead);
    findings = List.copyOf(findings);
    methods = List.copyOf(methods);
    dots = List.copyOf(dots);
    sources = List.copyOf(sources);
    curves = List.copyOf(curves);
    trials = List.copyOf(trials);
    levels = List.copyOf(levels);
    spans = List.copyOf(spans);
    limits = List.copyOf(limits);
    commands = List.copyOf(commands);
  }

  /**
   * What one method saved, in percent of what the model from scratch took.
   *
   * @param seeds the net saving with each seed that got there
   * @param mean its mean, if all seeds got there
   * @param deviation its standard deviation
   * @param gross the mean without the training of the source, where that is another
   */
  public record Dots(
      List<Dot> seeds, OptionalDouble mean, OptionalDouble deviation, OptionalDouble gross) {
    /** Copies the seeds. */
    public Dots {
      seeds = List.copyOf(seeds);
    }
  }

  /**
   * What one run saved.
   *
   * @param seed its seed
   * @param percent what it saved, in percent
   */
  public record Dot(long seed, double percent) {}

  /**
   * The curve of a run.
   *
   * @param curve the curve, by the method's name
   * @param rate the highest learning rate, in words
   * @param seed the seed
   */
  public record Line(Curve curve, String rate, long seed) {}

  /**
   * A run that is not done.
   *
   * @param line its curve so far
   * @param steps its steps to the end
   * @param written when this was written, in milliseconds since 1970
   * @param interrupted how to go on, a sentence, if it was interrupted; else it goes on
   */
  public record Running(Line line, long steps, long written, Optional<String> interrupted) {}

  /**
   * A loss that the chart marks by a line.
   *
   * @param name whose loss it is
   * @param loss the loss
   */
  public record Level(String name, double loss) {}

  /**
   * Compute that one method saved against another: what lies between two places at one loss.
   *
   * @param loss the loss that both reached
   * @param from the floating-point operations after which the first one did
   * @param to those after which the other one did
   * @param label how much that is, in words
   */
  public record Span(double loss, double from, double to, String label) {}

  /**
   * What one way of growing saved from several sources.
   *
   * @param name its name
   * @param places a place for each source, the cheapest first
   */
  public record Series(String name, List<Place> places) {
    /** Copies the places. */
    public Series {
      places = List.copyOf(places);
    }

    /** Returns whether some of the sources are of one shape, so that a line joins them. */
    public boolean hasLine() {
      List<String> shapes =
          places.stream().map(Place::shape).filter(shape -> !shape.isEmpty()).toList();
      return shapes.stream().distinct().count() < shapes.size();
    }
  }

  /**
   * What was saved from one source, in percent of what the model from scratch took.
   *
   * @param name the method with its source
   * @param shape how deep and wide the source is, in words; empty if that is not known
   * @param source the source's training
   * @param net the net saving, the mean over seeds
   * @param deviation its standard deviation
   */
  public record Place(String name, String shape, double source, double net, double deviation) {}
}
