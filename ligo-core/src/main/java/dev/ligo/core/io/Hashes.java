package dev.ligo.core.io;

import dev.ligo.api.HostArray;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeSet;

/** SHA-256 of bytes and of files. */
public final class Hashes {
  private static final int BUFFER_BYTES = 1 << 16;

  private Hashes() {}

  /** {@return a digest that computes SHA-256} */
  public static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /**
   * {@return what a digest has computed, in lower-case hexadecimal}
   *
   * @param digest the digest, which is reset
   */
  public static String hex(MessageDigest digest) {
    return HexFormat.of().formatHex(digest.digest());
  }

  /**
   * {@return the SHA-256 of bytes, in lower-case hexadecimal}
   *
   * @param content the bytes
   */
  public static String sha256(byte[] content) {
    MessageDigest digest = sha256();
    digest.update(content);
    return hex(digest);
  }

  /**
   * Adds named arrays to a digest: their names, dtypes, shapes and values.
   *
   * @param digest what they are added to
   * @param arrays the arrays by name, added in the order of names
   */
  public static void update(MessageDigest digest, Map<String, HostArray> arrays) {
    for (String name : new TreeSet<>(arrays.keySet())) {
      HostArray array = arrays.get(name);
      digest.update((name + ' ' + array.spec() + '\0').getBytes(StandardCharsets.UTF_8));
      digest.update(array.bytes());
    }
  }

  /**
   * {@return the SHA-256 of named arrays, in lower-case hexadecimal}
   *
   * @param arrays the arrays by name
   */
  public static String sha256(Map<String, HostArray> arrays) {
    MessageDigest digest = sha256();
    update(digest, arrays);
    return hex(digest);
  }

  /**
   * Adds the content of a file to a digest.
   *
   * @param digest what the content is added to
   * @param file the file
   * @param check called now and then; it ends the reading by an exception
   * @throws IOException if the file cannot be read
   */
  public static void update(MessageDigest digest, Path file, Runnable check) throws IOException {
    try (InputStream in = RegularFile.open(file)) {
      byte[] buffer = new byte[BUFFER_BYTES];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
        check.run();
      }
    }
  }
}
