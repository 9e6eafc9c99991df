package dev.ligo.it.family;

import dev.ligo.core.data.DataRequest;
import dev.ligo.core.data.ProgressListener;
import dev.ligo.text.TinyText;
import java.nio.file.Path;
import java.util.List;

/** Text of six words, and a tokenizer that knows them. */
public final class TinyCorpus {
  private static final int WORDS = 6;

  private TinyCorpus() {}

  /**
   * Writes text and tokenizer into a directory and asks for batches of them.
   *
   * @param special the special tokens: padding, unknown, start, end and mask, from id 0
   */
  public static DataRequest in(Path directory, String... special) {
    Path text = TinyText.write(directory.resolve("text.txt"), "w0 w1 w2 w3 w4 w5\n".repeat(40));
    TinyText.write(directory.resolve("tokenizer.json"), TinyText.json(List.of(special), WORDS));
    return new DataRequest(
        List.of(text),
        directory,
        directory.resolve("cache"),
        2,
        6,
        1,
        true,
        ProgressListener.SILENT);
  }
}
