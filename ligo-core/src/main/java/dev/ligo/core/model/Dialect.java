package dev.ligo.core.model;

import java.util.function.UnaryOperator;

/**
 * One of the layouts in which a family's checkpoints stand: how a parameter's name is spelled in
 * the file. Known to the reader and the writer alone; a grown checkpoint goes out as its source
 * came in.
 *
 * @param name what the dialect is called in messages
 * @param fileName gives the file's name for a parameter's
 */
public record Dialect(String name, UnaryOperator<String> fileName) {
  /** The names of the layout themselves. */
  public static final Dialect CANONICAL = new Dialect("canonical", n -> n);

  /** Returns a dialect that leaves out a prefix where a name has it. */
  public static Dialect withoutPrefix(String name, String prefix) {
    return new Dialect(name, n -> n.startsWith(prefix) ? n.substring(prefix.length()) : n);
  }

  /** Returns a dialect that spells as another and then replaces by a regular expression. */
  public Dialect replacing(String suffix, String regex, String replacement) {
    return new Dialect(name + suffix, n -> fileName.apply(n).replaceAll(regex, replacement));
  }
}
