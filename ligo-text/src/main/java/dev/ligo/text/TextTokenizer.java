package dev.ligo.text;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import dev.ligo.core.data.DataException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Turns text into ids and back, as the Hugging Face tokenizer of a {@code tokenizer.json} does.
 * Nothing is cut to a length or padded, whatever the file says of it, and no special token is added
 * unless it is asked for. Text that spells a special token, such as {@code [SEP]}, becomes that
 * token.
 *
 * <p>The native library comes with its artifact. So that it stays with that one, and neither looks
 * for another on the network nor reports its use, the system property {@code ai.djl.offline} is set
 * to {@code true} where it is not set.
 */
public final class TextTokenizer implements AutoCloseable {
  private static final Map<String, String> TEXT_ALONE =
      Map.of("addSpecialTokens", "false", "truncation", "false", "padding", "false");

  private final HuggingFaceTokenizer tokenizer;
  private final Vocabulary vocabulary;

  private TextTokenizer(HuggingFaceTokenizer tokenizer, Vocabulary vocabulary) {
    this.tokenizer = tokenizer;
    this.vocabulary = vocabulary;
  }

  /**
   * Opens the tokenizer of a checkpoint.
   *
   * @param location a directory with a {@code tokenizer.json}, or such a file itself
   * @return the tokenizer
   * @throws DataException if there is none, or it is not one
   */
  public static TextTokenizer open(Path location) {
    return open(TokenizerFile.read(location));
  }

  /**
   * Opens a tokenizer.
   *
   * @param file the tokenizer's file
   * @return the tokenizer
   * @throws DataException if the file is not that of a tokenizer, or the native library cannot be
   *     loaded here
   */
  public static TextTokenizer open(TokenizerFile file) {
    if (System.getProperty("ai.djl.offline") == null) {
      System.setProperty("ai.djl.offline", "true");
    }
    try (InputStream json =
        new ByteArrayInputStream(file.json().getBytes(StandardCharsets.UTF_8))) {
      return new TextTokenizer(
          HuggingFaceTokenizer.newInstance(json, TEXT_ALONE), file.vocabulary());
    } catch (RuntimeException e) {
      throw new DataException(
          opening(file)
              + e.getMessage()
              + "; save it again with the tokenizers or transformers package.",
          e);
    } catch (IOException | LinkageError e) {
      throw new DataException(
          opening(file) + e + "; it needs a directory DJL_CACHE_DIR (~/.djl.ai) that it can write.",
          e);
    }
  }

  private static String opening(TokenizerFile file) {
    return "opening the tokenizer " + file.path() + ": the tokenizers library says ";
  }

  /** {@return the ids that it knows} */
  public Vocabulary vocabulary() {
    return vocabulary;
  }

  /**
   * {@return the ids of a text}
   *
   * @param text the text
   */
  public int[] encode(String text) {
    return ids(tokenizer.encode(text, false, false));
  }

  /**
   * {@return the ids of a text with the special tokens that the file puts around one, such as
   * {@code [CLS]} and {@code [SEP]}: what a model is given}
   *
   * @param text the text
   */
  public int[] encodeFramed(String text) {
    return ids(tokenizer.encode(text, true, false));
  }

  /**
   * {@return the text of ids}
   *
   * @param ids the ids
   * @param special whether special tokens are spelled, too
   */
  public String decode(int[] ids, boolean special) {
    return tokenizer.decode(Arrays.stream(ids).asLongStream().toArray(), !special);
  }

  /**
   * {@return the ids of each of several texts, which are encoded in parallel}
   *
   * @param texts the texts
   */
  public List<int[]> encodeAll(List<String> texts) {
    return Arrays.stream(tokenizer.batchEncode(texts, false, false))
        .map(TextTokenizer::ids)
        .toList();
  }

  private static int[] ids(Encoding encoding) {
    return Arrays.stream(encoding.getIds()).mapToInt(Math::toIntExact).toArray();
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
