package dev.ligo.text;

/**
 * Pieces that are lines without the white space at their end, and for long lines parts of them. A
 * line starts with the line feed that divides it from the one before it in its document: to some
 * tokenizers it is a token. A blank line ends a document.
 */
final class LinePieces implements DocumentPieces {
  private final TextFile.Sink sink;
  private final StringBuilder line = new StringBuilder();
  private boolean blank = true;
  private boolean document;
  private boolean startsLine = true;
  private boolean text;
  private long lines;

  LinePieces(TextFile.Sink sink) {
    this.sink = sink;
  }

  @Override
  public void take(char c) {
    if (c == '\n') {
      endOfLine();
      return;
    }
    line.append(c);
    blank &= Character.isWhitespace(c);
    if (line.length() == TextFile.MAX_PIECE - 1) {
      int end = DocumentPieces.cut(line);
      emit(line.substring(0, end));
      line.delete(0, end);
    }
  }

  @Override
  public void finish() {
    endOfLine();
    endOfDocument();
  }

  private void endOfLine() {
    if (blank) {
      endOfDocument();
    } else {
      emit(line.toString().stripTrailing());
    }
    line.setLength(0);
    blank = true;
    startsLine = true;
    lines++;
  }

  private void emit(String piece) {
    if (!piece.isBlank()) {
      sink.piece(document && startsLine ? "\n" + piece : piece);
      startsLine = false;
      document = true;
      text = true;
    }
  }

  private void endOfDocument() {
    if (document) {
      sink.endOfDocument();
      document = false;
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
