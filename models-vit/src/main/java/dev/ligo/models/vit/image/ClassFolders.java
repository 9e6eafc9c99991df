package dev.ligo.models.vit.image;

import dev.ligo.api.Shape;
import dev.ligo.core.data.DataException;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A directory with a folder for each class, labelled in the order of their names, with PNG or JPEG
 * files. Sizes are checked when it is opened; a picture is decoded when it is asked for.
 */
final class ClassFolders implements LabelledImages {
  private final Shape shape;
  private final List<Path> files;
  private final List<Integer> labels;

  private ClassFolders(Shape shape, List<Path> files, List<Integer> labels) {
    this.shape = shape;
    this.files = files;
    this.labels = labels;
  }

  /**
   * Finds the pictures.
   *
   * @param shape what the model takes, (channels, rows, columns)
   * @param classes how many classes the model tells apart
   * @throws DataException if there are more or fewer folders than classes, so that labels would
   *     mean something else than they do to the model; if there is no picture; or one has another
   *     size
   */
  static ClassFolders open(Path directory, Shape shape, int classes) {
    List<Path> folders = list(directory, Files::isDirectory);
    if (folders.size() != classes) {
      throw new DataException(
          "reading images from "
              + directory
              + ": expected a folder for each of the model's "
              + classes
              + " classes, even where it is empty, found "
              + folders.size()
              + "; set the number of labels, or name another directory.");
    }
    List<Path> files = new ArrayList<>();
    List<Integer> labels = new ArrayList<>();
    for (int label = 0; label < classes; label++) {
      for (Path file : list(folders.get(label), ClassFolders::isPicture)) {
        Shape size = Pictures.size(file);
        ImageFiles.checkShape(file, Shape.of(shape.dim(0), size.dim(0), size.dim(1)), shape);
        files.add(file);
        labels.add(label);
      }
    }
    if (files.isEmpty()) {
      throw new DataException(
          "reading images from "
              + directory
              + ": expected .png or .jpg files in its folders, found none.");
    }
    return new ClassFolders(shape, List.copyOf(files), List.copyOf(labels));
  }

  private static List<Path> list(Path directory, Predicate<Path> wanted) {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries
          .filter(wanted)
          .filter(f -> !f.getFileName().toString().startsWith("."))
          .sorted(Comparator.comparing(f -> f.getFileName().toString()))
          .toList();
    } catch (IOException e) {
      throw ImageFiles.unreadable(directory, e);
    }
  }

  private static boolean isPicture(Path file) {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    return name.endsWith(".png") || name.endsWith(".jpg") || name.endsWith(".jpeg");
  }

  @Override
  public int size() {
    return files.size();
  }

  @Override
  public int label(int image) {
    return labels.get(image);
  }

  @Override
  public void pixels(int image, byte[] into) {
    Path file = files.get(image);
    BufferedImage picture = Pictures.decode(file);
    int channels = Pictures.channels(file, picture);
    Shape found = Shape.of(channels, picture.getHeight(), picture.getWidth());
    ImageFiles.checkShape(file, found, shape);
    int columns = shape.dim(2);
    for (int row = 0; row < shape.dim(1); row++) {
      Pictures.row(picture, channels, row, into, row * columns, shape.dim(1) * columns);
    }
  }
}
