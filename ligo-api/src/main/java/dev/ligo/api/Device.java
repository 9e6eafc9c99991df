package dev.ligo.api;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a backend computes.
 *
 * @param kind the kind of device
 * @param index its number among those of its kind, from 0
 */
public record Device(Kind kind, int index) {
  /** The kinds of device. */
  public enum Kind {
    /** The host's processors. */
    CPU,
    /** An NVIDIA GPU. */
    CUDA
  }

  /** The host's processors. */
  public static final Device CPU = new Device(Kind.CPU, 0);

  private static final Pattern FORM = Pattern.compile("cpu|cuda(?::(\\d{1,3}))?");

  /**
   * {@return the device named by "cpu", "cuda" or "cuda:N"}
   *
   * @param text the device in words, such as {@code cpu} or {@code gpu:1}
   * @throws LigoException if the text has another form
   */
  public static Device parse(String text) {
    Matcher m = FORM.matcher(text);
    if (!m.matches()) {
      throw new LigoException(
          "a device is 'cpu', 'cuda' or 'cuda:N' with a number from 0, found '" + text + "'.");
    }
    if (text.equals("cpu")) {
      return CPU;
    }
    return new Device(Kind.CUDA, m.group(1) == null ? 0 : Integer.parseInt(m.group(1)));
  }

  @Override
  public String toString() {
    return kind == Kind.CPU ? "cpu" : "cuda:" + index;
  }
}
