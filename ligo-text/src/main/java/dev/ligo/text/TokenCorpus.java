package dev.ligo.text;

import dev.ligo.api.LigoException;
import dev.ligo.core.data.CacheFiles;
import dev.ligo.core.data.DataException;
import dev.ligo.core.data.Documents;
import dev.ligo.core.data.ProgressListener;
import dev.ligo.core.data.Work;
import dev.ligo.core.io.Hashes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.IntPredicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Text as one long sequence of token ids, each document followed by a separator. {@link Documents}
 * says where one ends.
 *
 * <p>The text is tokenized once, into a file in a cache directory that is memory-mapped from then
 * on: a corpus needs disk, four bytes for each token, but no heap. The file's name is a SHA-256
 * over the tokenizer, the content of the text files and what divides them into documents, so
 * another text or tokenizer makes another file. It is written beside its place and moved there when
 * whole; of two processes that make it at once both are right.
 */
public final class TokenCorpus {
  private static final Logger LOGGER = LoggerFactory.getLogger(TokenCorpus.class);

  /** How many ids are looked at in one go. */
  private static final int SCANNED = 1 << 12;

  private final TokenFile ids;
  private final String sha256;

  private TokenCorpus(TokenFile ids, String sha256) {
    this.ids = ids;
    this.sha256 = sha256;
  }

  /**
   * Opens a corpus, tokenizing it if that was not done before.
   *
   * @param data text files, compressed if their names end in {@code .gz}, and directories, of which
   *     every {@code .txt} and {@code .txt.gz} below is read in the order of their names
   * @param tokenizer what makes tokens of text
   * @param separator the id that follows each document
   * @param documents what divides the text into documents
   * @param cache the directory for the file of ids, created if need be
   * @param progress told how many bytes of the files are tokenized; of none if that was done before
   * @return the corpus
   * @throws DataException if a path is missing, is not UTF-8 or has no text, or the cache cannot be
   *     written
   * @throws dev.ligo.api.CancelledException if the work is cancelled; nothing is kept then
   */
  public static TokenCorpus open(
      List<Path> data,
      TokenizerFile tokenizer,
      int separator,
      Documents documents,
      Path cache,
      ProgressListener progress) {
    List<Path> files = CorpusFiles.find(data);
    String key = key(files, tokenizer, separator, documents, progress);
    Path target = CacheFiles.at(cache, key);
    try {
      Optional<TokenFile> made = TokenFile.open(target);
      if (made.isPresent()) {
        LOGGER.debug("using the token ids in {}", target);
        return new TokenCorpus(made.get(), key);
      }
      if (Files.exists(target)) {
        LOGGER.warn("the token ids in {} are damaged; making them again", target);
      }
      Files.createDirectories(cache);
      make(files, tokenizer, separator, documents, target, progress);
      return TokenFile.open(target)
          .map(file -> new TokenCorpus(file, key))
          .orElseThrow(() -> new IOException("not what was written: " + target));
    } catch (IOException e) {
      throw new DataException(
          "keeping token ids in "
              + cache
              + ": "
              + LigoException.reason(e)
              + "; it takes 4 bytes a token: make room, or name another directory.",
          e);
    }
  }

  /**
   * Opens a corpus whose documents end as {@link Documents#DEFAULT} says.
   *
   * @param data text files and directories of such
   * @param tokenizer what makes ids of the text
   * @param separator the id that follows each document
   * @param cache the directory for the file of ids, created if need be
   * @param progress told how many bytes of the files are tokenized
   * @return the corpus
   */
  public static TokenCorpus open(
      List<Path> data,
      TokenizerFile tokenizer,
      int separator,
      Path cache,
      ProgressListener progress) {
    return open(data, tokenizer, separator, Documents.DEFAULT, cache, progress);
  }

  private static void make(
      List<Path> files,
      TokenizerFile file,
      int separator,
      Documents documents,
      Path target,
      ProgressListener progress)
      throws IOException {
    Path temporary = CacheFiles.partial(target);
    try {
      try (TextTokenizer tokenizer = TextTokenizer.open(file);
          TokenFile.Writer writer = new TokenFile.Writer(temporary)) {
        new CorpusTokenizer(tokenizer, separator, documents, file.cuts(), writer)
            .tokenize(files, progress);
        writer.finish();
      }
      Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (FileSystemException e) {
      // Where an open file cannot be replaced (Windows), another process may have made it
      // meanwhile.
      if (TokenFile.open(target).isEmpty()) {
        throw e;
      }
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  private static String key(
      List<Path> files,
      TokenizerFile tokenizer,
      int separator,
      Documents documents,
      ProgressListener progress) {
    MessageDigest key = Hashes.sha256();
    key.update(ByteBuffer.allocate(8).putInt(TokenFile.VERSION).putInt(separator).flip());
    key.update(documents.toString().getBytes(StandardCharsets.US_ASCII));
    key.update(Hashes.sha256().digest(tokenizer.json().getBytes(StandardCharsets.UTF_8)));
    for (Path file : files) {
      key.update((byte) (CorpusFiles.isCompressed(file) ? 1 : 0));
      key.update(contentHash(file, progress));
    }
    return Hashes.hex(key);
  }

  private static byte[] contentHash(Path file, ProgressListener progress) {
    MessageDigest digest = Hashes.sha256();
    try {
      Hashes.update(digest, file, () -> Work.check(progress, "reading text"));
    } catch (IOException e) {
      throw new DataException(
          "reading text from " + file + ": " + LigoException.reason(e) + ".", e);
    }
    return digest.digest();
  }

  /** Returns the SHA-256 of the text, the tokenizer, the separator and where documents end. */
  String sha256() {
    return sha256;
  }

  /** {@return the number of ids, separators included} */
  public long size() {
    return ids.size();
  }

  /** Returns the largest id, −1 if there is none. */
  int largest() {
    return ids.largest();
  }

  /**
   * Returns the place of the first id from a place on that passes a test, or −1 if none does up to
   * the end.
   */
  long first(long from, IntPredicate test) {
    int[] some = new int[SCANNED];
    for (long start = from; start < size(); start += SCANNED) {
      int count = (int) Math.min(SCANNED, size() - start);
      ids.copy(start, some, 0, count);
      for (int i = 0; i < count; i++) {
        if (test.test(some[i])) {
          return start + i;
        }
      }
    }
    return -1;
  }

  /**
   * Copies {@code count} ids into an array.
   *
   * @param from the place of the first one in the corpus
   * @param into where to copy to
   * @param offset the first place there
   * @param count how many tokens to copy
   * @throws IndexOutOfBoundsException if there are not that many from there on, or no room for them
   */
  public void copy(long from, int[] into, int offset, int count) {
    Objects.checkFromIndexSize(from, count, size());
    ids.copy(from, into, offset, count);
  }
}
