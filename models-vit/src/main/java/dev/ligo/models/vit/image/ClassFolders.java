package dev.ligo.models.vit.image;

import dev.ligo.api.Shape;
import dev.ligo.core.data.DataException;
import dev.ligo.core.data.LabelledExamples;
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
 * A directory with a folder for each class, which has its name, with PNG or JPEG files. Sizes are
 * checked when it is opened; a picture is decoded when it is asked for.
 */
final class ClassFolders implements LabelledExamples {
  private final Shape shape;
  private final List<Path> files;
  private final List<String> classes;
  private final List<String> labels;

  private ClassFolders(Shape shape, List<Path> files, List<String> classes, List<String> labels) {
    this.shape = shape;
    this.files = files;
    this.classes = classes;
    this.labels = labels;
  }

  /**
   * Finds the pictures.
   *
   * @param shape what the model takes, (channels, rows, columns)
   * @throws DataException if there is no picture, or one has another size
   */
  static ClassFolders open(Path directory, Shape shape) {
    List<Path> folders = list(directory, Files::isDirectory);
    List<Path> files = new ArrayList<>();
    List<String> labels = new ArrayList<>();
    for (Path folder : folders) {
      for (Path file : list(folder, ClassFolders::isPicture)) {
        Shape size = Pictures.size(file);
        ImageFiles.checkShape(file, Shape.of(shape.dim(0), size.dim(0), size.dim(1)), shape);
        files.add(file);
        labels.add(folder.getFileName().toString());
      }
    }
    if (files.isEmpty()) {
      throw none(directory);
    }
    List<String> classes = folders.stream().map(f -> f.getFileName().toString()).toList();
    return new ClassFolders(
        shape, List.copyOf(files), LabelledExamples.ordered(classes), List.copyOf(labels));
  }

  /** Returns the error for a directory without pictures, which may hold images of other kinds. */
  private static DataException none(Path directory) {
    List<Path> others = list(directory, f -> IdxFile.isNamedSo(f) || ImageSheet.isNamedSo(f));
    return new DataException(
        "reading images from "
            + directory
            + (others.isEmpty()
                ? ": expected .png or .jpg files in its folders, found none; give "
                    + ImageFiles.KINDS
                    + "."
                : ": expected folders of .png or .jpg files, found a file of many images; give "
                    + others.get(0)
                    + " itself."));
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
  public String label(int image) {
    return labels.get(image);
  }

  /** Returns the names of all folders, those of empty ones too. */
  @Override
  public List<String> labels() {
    return classes;
  }

  @Override
  public byte[] content(int image) {
    byte[] pixels = new byte[(int) shape.size()];
    Path file = files.get(image);
    BufferedImage picture = Pictures.decode(file);
    int channels = Pictures.channels(file, picture);
    Shape found = Shape.of(channels, picture.getHeight(), picture.getWidth());
    ImageFiles.checkShape(file, found, shape);
    int columns = shape.dim(2);
    for (int row = 0; row < shape.dim(1); row++) {
      Pictures.row(picture, channels, row, pixels, row * columns, shape.dim(1) * columns);
    }
    return pixels;
  }
}
