package dev.ligo.core.prediction;

import dev.ligo.core.data.DataException;
import dev.ligo.core.data.ProgressListener;
import java.nio.file.Path;
import java.util.List;

/**
 * What a task is asked to predict of.
 *
 * @param checkpoint the directory with the tokenizer's files, or with those of the image processor
 * @param texts the texts
 * @param images the files of the pictures
 * @param sampling how texts are continued
 * @param progress follows the work, and may cancel it
 */
public record PredictionRequest(
    Path checkpoint,
    List<String> texts,
    List<Path> images,
    Sampling sampling,
    ProgressListener progress) {
  /**
   * Copies the texts and the pictures.
   *
   * @param checkpoint the directory with the tokenizer's files, or with those of the image
   *     processor
   * @param texts the texts
   * @param images the files of the pictures
   * @param sampling how texts are continued
   * @param progress follows the work, and may cancel it
   */
  public PredictionRequest {
    texts = List.copyOf(texts);
    images = List.copyOf(images);
  }

  /**
   * {@return a request for texts}
   *
   * @param checkpoint the directory with the tokenizer's files
   * @param texts the texts
   */
  public static PredictionRequest ofTexts(Path checkpoint, List<String> texts) {
    return new PredictionRequest(
        checkpoint, texts, List.of(), Sampling.GREEDY, ProgressListener.SILENT);
  }

  /**
   * {@return a request for pictures}
   *
   * @param checkpoint the directory with the files of the image processor
   * @param images the files of the pictures
   */
  public static PredictionRequest ofImages(Path checkpoint, List<Path> images) {
    return new PredictionRequest(
        checkpoint, List.of(), images, Sampling.GREEDY, ProgressListener.SILENT);
  }

  /**
   * {@return this request with texts continued in another way}
   *
   * @param other how tokens are chosen
   */
  public PredictionRequest withSampling(Sampling other) {
    return new PredictionRequest(checkpoint, texts, images, other, progress);
  }

  /**
   * {@return this request followed by another listener}
   *
   * @param other follows the work, and may cancel it
   */
  public PredictionRequest withProgress(ProgressListener other) {
    return new PredictionRequest(checkpoint, texts, images, sampling, other);
  }

  /**
   * {@return the texts, for a task that reads nothing else}
   *
   * @throws DataException if there are none, or pictures
   */
  public List<String> textsAlone() {
    if (texts.isEmpty() || !images.isEmpty()) {
      throw new DataException(
          "predicting: the model reads texts, found "
              + (images.isEmpty() ? "none" : "the picture " + images.get(0))
              + "; give it a text.");
    }
    return texts;
  }

  /**
   * {@return the pictures, for a task that sees nothing else}
   *
   * @throws DataException if there are none, or texts
   */
  public List<Path> imagesAlone() {
    if (images.isEmpty() || !texts.isEmpty()) {
      throw new DataException(
          "predicting: the model sees pictures, found "
              + (texts.isEmpty() ? "none" : "a text")
              + "; give it the file of one.");
    }
    return images;
  }

  /**
   * Refuses a choice of sampling, for a task that continues no text.
   *
   * @throws DataException if there is one
   */
  public void refuseSampling() {
    if (!sampling.equals(Sampling.GREEDY)) {
      throw new DataException(
          "predicting: the model continues no text, so that a temperature, a seed or numbers of"
              + " tokens change nothing; leave them out.");
    }
  }
}
