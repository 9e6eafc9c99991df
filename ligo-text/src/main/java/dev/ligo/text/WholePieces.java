package dev.ligo.text;

import dev.ligo.core.data.DataException;
import java.nio.file.Path;

/**
 * Pieces of a file that is one document, which together are its text, with line feeds for other
 * ends of lines as Python reads them. A piece ends before white space, which begins the next one,
 * and where its {@link Cuts} are so: then the pieces have the tokens of the whole.
 */
final class WholePieces implements DocumentPieces {
  /** The most characters in a piece where few places are safe, of which the ids fit in memory. */
  private static final int MAX_UNCUT = 1 << 19;

  private final Path file;
  private final Cuts cuts;
  private final TextFile.Sink sink;
  private final StringBuilder piece = new StringBuilder();
  private boolean blank = true;
  private boolean text;
  private boolean begun;
  private boolean carriageReturn;
  private long lines;

  WholePieces(Path file, Cuts cuts, TextFile.Sink sink) {
    this.file = file;
    this.cuts = cuts;
    this.sink = sink;
  }

  @Override
  public void take(char c) {
    boolean second = carriageReturn && c == '\n';
    carriageReturn = c == '\r';
    if (!second) {
      append(carriageReturn ? '\n' : c);
    }
  }

  private void append(char c) {
    piece.append(c);
    if (!Character.isWhitespace(c)) {
      blank = false;
      text = true;
    }
    if (c == '\n') {
      lines++;
    }
    if (cuts.spacesOnly()) {
      cutBeforeSpace();
    } else if (c == '\n' && !blank) {
      int end = piece.length();
      while (Character.isWhitespace(piece.charAt(end - 1))) {
        end--;
      }
      emit(end);
    } else if (piece.length() == TextFile.MAX_PIECE) {
      emit(DocumentPieces.cut(piece));
    }
  }

  private void cutBeforeSpace() {
    int length = piece.length();
    if (length < TextFile.MAX_PIECE) {
      return;
    }
    // Once there was no safe place in all of it, one can only be before the last character.
    int least = length == TextFile.MAX_PIECE ? 1 : length - 2;
    int end = length - 2;
    while (end >= least && !cuts.isSafe(piece, end)) {
      end--;
    }
    if (end >= least) {
      emit(end);
    } else if (length == MAX_UNCUT) {
      throw new DataException(
          "reading text from "
              + file
              + " as one document: expected a space between words in each "
              + MAX_UNCUT
              + " characters, where its tokenizer lets a text be divided, found none before line "
              + (lines + 1)
              + "; end documents at blank lines.");
    }
  }

  private void emit(int end) {
    sink.piece(piece.substring(begun && cuts.spaceAdded() ? 1 : 0, end));
    begun = true;
    piece.delete(0, end);
    blank = piece.chars().allMatch(Character::isWhitespace);
  }

  @Override
  public void finish() {
    if (!piece.isEmpty()) {
      emit(piece.length());
    }
    if (text) {
      sink.endOfDocument();
    }
  }

  @Override
  public long lines() {
    return lines;
  }

  @Override
  public boolean text() {
    return text;
  }
}
