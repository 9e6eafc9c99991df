package dev.ligo.it.architecture;

/**
 * A place that a rule about words leaves alone.
 *
 * @param file how the path of the source ends
 * @param text what the offending words contain
 * @param reason why it may stand there
 */
record Exemption(String file, String text, String reason) {
  boolean covers(Sources.Words words) {
    return words.file().endsWith(file) && words.text().contains(text);
  }

  @Override
  public String toString() {
    return file + ": \"" + text + "\" (" + reason + ")";
  }
}
