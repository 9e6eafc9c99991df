package dev.ligo.cli.report;

import java.util.List;

/**
 * How the methods look in all pictures. Twenty of them are told apart by colour and dashes, which
 * change together; the one that others are held against is grey.
 *
 * @param methods the methods in their order
 * @param reference the one that others are held against
 */
record Looks(List<String> methods, String reference) {
  /** How many colours the style sheet has. */
  private static final int COLOURS = 5;

  private static final List<String> DASHES = List.of("", "9 5", "2 4", "12 4 2 4");

  /** Returns a method's colour, for a style. */
  String colour(String method) {
    return "var(--method-" + (isReference(method) ? "reference" : place(method) % COLOURS) + ")";
  }

  /** Returns the lengths of the dashes and gaps of a method's lines; none for a whole line. */
  String dashes(String method) {
    return isReference(method) ? "" : DASHES.get(place(method) % DASHES.size());
  }

  private boolean isReference(String method) {
    return method.equals(reference);
  }

  private int place(String method) {
    return (int)
        methods.stream().takeWhile(m -> !m.equals(method)).filter(m -> !isReference(m)).count();
  }
}
