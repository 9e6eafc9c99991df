package dev.ligo.cli.report;

import dev.ligo.core.comparison.Curve;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The results of a comparison of training runs, all in words but for the curves.
 *
 * @param title what was compared
 * @param lead what was done, a paragraph each
 * @param loss what the curves show, such as "validation loss (nats per masked token)"
 * @param curves the curves that are drawn, those of a method under its name
 * @param trials curves that are only listed
 * @param budget the floating-point operations that the model from scratch spent
 * @param levels losses to compare with
 * @param savings compute that was saved
 * @param sources what each way of growing saved net, by the sources that it grew from
 * @param summary a row for each method
 * @param findings what the curves say, a sentence each
 * @param limits what they can and cannot prove, a paragraph each
 * @param settings how it was done, by what was set
 * @param commands how to do it again, a line each
 */
public record ComparisonReport(
    String title,
    List<String> lead,
    String loss,
    List<Line> curves,
    List<Line> trials,
    double budget,
    List<Level> levels,
    List<Saving> savings,
    List<Series> sources,
    Grid summary,
    List<String> findings,
    List<String> limits,
    Map<String, String> settings,
    List<String> commands) {
  /** Copies the lists. */
  public ComparisonReport {
    lead = List.copyOf(lead);
    curves = List.copyOf(curves);
    trials = List.copyOf(trials);
    levels = List.copyOf(levels);
    savings = List.copyOf(savings);
    sources = List.copyOf(sources);
    findings = List.copyOf(findings);
    limits = List.copyOf(limits);
    commands = List.copyOf(commands);
  }

  /**
   * The curve of a run.
   *
   * @param curve the curve, by the method's name
   * @param rate the highest learning rate, in words
   * @param seed the seed
   */
  public record Line(Curve curve, String rate, long seed) {}

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
  public record Saving(double loss, double from, double to, String label) {}

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
  }

  /**
   * What was saved from one source, in percent of what the model from scratch took.
   *
   * @param source the source's training
   * @param net the net saving, the mean over seeds
   * @param deviation its standard deviation
   * @param label both in words
   */
  public record Place(double source, double net, double deviation, String label) {}

  /**
   * A table of text. Its first column names the rows.
   *
   * @param header the columns' names
   * @param rows the rows, each as long as the header
   */
  public record Grid(List<String> header, List<List<String>> rows) {
    /** Copies the lists. */
    public Grid {
      header = List.copyOf(header);
      rows = rows.stream().map(List::copyOf).toList();
    }

    /** Returns this table without the columns that hold nothing else than some text. */
    public Grid withoutColumnsOf(String text) {
      List<Integer> kept =
          IntStream.range(0, header.size())
              .filter(c -> rows.stream().anyMatch(r -> !r.get(c).equals(text)))
              .boxed()
              .toList();
      return new Grid(cells(header, kept), rows.stream().map(r -> cells(r, kept)).toList());
    }

    private static List<String> cells(List<String> row, List<Integer> columns) {
      return columns.stream().map(row::get).toList();
    }
  }
}
