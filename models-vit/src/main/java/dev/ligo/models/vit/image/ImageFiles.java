package dev.ligo.models.vit.image;

import dev.ligo.api.Shape;
import dev.ligo.core.data.DataException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Opens labelled images by what their paths are. */
final class ImageFiles {
  private static final String KINDS =
      "an IDX file of images (…images-idx3…, gzipped or not, its labels beside it), a directory with"
          + " a folder of PNG or JPEG files for each class, or a sheet of CIFAR-10"
          + " (data_batch_1.png, test_batch.png)";

  private ImageFiles() {}

  /**
   * Opens the images of all paths.
   *
   * @param shape what the model takes, (channels, rows, columns)
   * @param classes how many classes the model tells apart
   * @throws DataException if a path is none of the known kinds, a file is damaged, or an image has
   *     another shape or a label out of range
   */
  static LabelledImages open(List<Path> paths, Shape shape, int classes) {
    if (paths.isEmpty()) {
      throw new DataException("reading images: found no path; name " + KINDS + ".");
    }
    List<LabelledImages> sources = new ArrayList<>();
    for (Path path : paths) {
      LabelledImages source = open(path, shape, classes);
      for (int i = 0; i < source.size(); i++) {
        if (source.label(i) < 0 || source.label(i) >= classes) {
          throw new DataException(
              "reading the labels of "
                  + path
                  + ": image "
                  + i
                  + " has label "
                  + source.label(i)
                  + ", the model tells "
                  + classes
                  + " classes apart, from 0; set the number of labels.");
        }
      }
      sources.add(source);
    }
    return sources.size() == 1 ? sources.get(0) : new JoinedImages(List.copyOf(sources));
  }

  private static LabelledImages open(Path path, Shape shape, int classes) {
    if (!Files.exists(path)) {
      throw new DataException(
          "reading images from " + path + ": there is no such file; check the path.");
    }
    if (Files.isDirectory(path)) {
      return ClassFolders.open(path, shape, classes);
    }
    if (IdxFile.isNamedSo(path)) {
      return IdxFile.read(path, shape);
    }
    if (ImageSheet.isNamedSo(path)) {
      return ImageSheet.read(path, shape);
    }
    throw new DataException("reading images from " + path + ": expected " + KINDS + ".");
  }

  static void checkShape(Path file, Shape found, Shape wanted) {
    if (!found.equals(wanted)) {
      throw new DataException(
          "reading "
              + file
              + ": the model takes images of (channels, rows, columns) "
              + wanted
              + ", found "
              + found
              + "; scale the images, or open the model with their size.");
    }
  }

  static DataException unreadable(Path file, Exception e) {
    return new DataException("reading " + file + ": " + e + "; is it damaged?", e);
  }
}
