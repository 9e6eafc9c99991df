package dev.ligo.core.data;

import dev.ligo.core.io.Hashes;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/** The first batches of a source, which tell its data from others. */
public final class BatchSample {
  /** How many batches tell data from others of the same length. */
  private static final int BATCHES = 4;

  private BatchSample() {}

  /**
   * {@return the SHA-256 of the names and values of the first four batches}
   *
   * @param batches the source
   * @param check called before each batch; it ends the reading by an exception
   */
  public static String sha256(BatchSource batches, Runnable check) {
    MessageDigest digest = Hashes.sha256();
    for (long i = 0; i < Math.min(BATCHES, batches.batchesPerPass()); i++) {
      check.run();
      batches
          .batch(i)
          .forEach(
              (name, values) -> {
                digest.update(name.getBytes(StandardCharsets.UTF_8));
                digest.update(values.bytes());
              });
    }
    return Hashes.hex(digest);
  }
}
