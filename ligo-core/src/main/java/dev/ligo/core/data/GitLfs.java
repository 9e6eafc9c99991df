package dev.ligo.core.data;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Recognizes the small text that Git LFS leaves in the place of a file that was not fetched. */
public final class GitLfs {
  private static final byte[] START = "version https://git-lfs".getBytes(StandardCharsets.US_ASCII);

  /** The number of bytes that tell a pointer from a file. */
  public static final int LENGTH = START.length;

  /** What is said of a file that is a pointer. */
  public static final String POINTER =
      "this is a Git LFS pointer, not the file it stands for; run 'git lfs pull'.";

  private GitLfs() {}

  /**
   * {@return whether the first bytes of a file, {@link #LENGTH} or more, are those of a pointer}
   *
   * @param start the first bytes of a file
   */
  public static boolean isPointer(byte[] start) {
    return start.length >= LENGTH && Arrays.equals(start, 0, LENGTH, START, 0, LENGTH);
  }

  /**
   * {@return whether the whole text of a file is that of a pointer}
   *
   * @param text the text of a file
   */
  public static boolean isPointer(String text) {
    return text.startsWith(new String(START, StandardCharsets.US_ASCII));
  }
}
