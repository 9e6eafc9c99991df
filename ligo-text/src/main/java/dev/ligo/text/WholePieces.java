package dev.ligo.text;

/**
 * Pieces of a file that is one document, which together are its text, with line feeds for other
 * ends of lines as Python reads them. A piece ends before white space, which begins the next one:
 * there the byte-level tokenizers divide words too, so that pieces have the tokens of the whole.
 */
final class WholePieces implements DocumentPieces {
  private final TextFile.Sink sink;
  private final StringBuilder piece = new StringBuilder();
  private boolean blank = true;
  private boolean text;
  private boolean carriageReturn;
  private long lines;

  WholePieces(TextFile.Sink sink) {
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
    if (c == '\n' && !blank) {
      int end = piece.length();
      while (Character.isWhitespace(piece.charAt(end - 1))) {
        end--;
      }
      emit(end);
    } else if (piece.length() == TextFile.MAX_PIECE) {
      emit(DocumentPieces.cut(piece));
    }
  }

  private void emit(int end) {
    sink.piece(piece.substring(0, end));
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
