package dev.ligo.cli.report;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

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
            .filter(c -> c == 0 || rows.stream().anyMatch(r -> !r.get(c).equals(text)))
            .boxed()
            .toList();
    return new Grid(cells(header, kept), rows.stream().map(r -> cells(r, kept)).toList());
  }

  private static List<String> cells(List<String> row, List<Integer> columns) {
    return columns.stream().map(row::get).toList();
  }

  /** Returns this table with the columns of another one of the same rows. */
  public Grid beside(Grid other) {
    return new Grid(
        joined(header, other.header),
        IntStream.range(0, rows.size())
            .mapToObj(i -> joined(rows.get(i), other.rows.get(i)))
            .toList());
  }

  /** Returns a row with the cells of another one but for its name. */
  private static List<String> joined(List<String> row, List<String> other) {
    List<String> all = new ArrayList<>(row);
    all.addAll(other.subList(1, other.size()));
    return all;
  }
}
