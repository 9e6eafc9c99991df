package dev.ligo.text;

/**
 * Cuts the characters of a file into pieces of a bounded size, and says where documents end. It
 * knows how many lines it saw and whether any text was in them.
 */
sealed interface DocumentPieces permits LinePieces, WholePieces {
  /** Takes the next character. */
  void take(char c);

  /** Ends the file. */
  void finish();

  /** Returns the number of lines that have ended. */
  long lines();

  /** Returns whether there was any text. */
  boolean text();

  /** Returns where a text that is too long is cut: before white space where there is some. */
  static int cut(CharSequence text) {
    int end = text.length() - 1;
    while (end > 0 && !Character.isWhitespace(text.charAt(end))) {
      end--;
    }
    if (end == 0) {
      boolean pair = Character.isHighSurrogate(text.charAt(text.length() - 1));
      end = pair ? text.length() - 1 : text.length();
    }
    return end;
  }
}
