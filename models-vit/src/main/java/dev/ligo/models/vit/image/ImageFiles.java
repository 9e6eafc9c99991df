package dev.ligo.models.vit.image;

import dev.ligo.core.data.DataException;
import dev.ligo.core.data.DataPath;
import dev.ligo.core.data.GitLfs;
import dev.ligo.core.data.LabelledExamples;
import dev.ligo.core.data.ProgressListener;
import dev.ligo.core.data.Work;
import dev.ligo.core.io.RegularFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Opens labelled images by what their paths are. */
final class ImageFiles {
  /** What images come in. */
  static final String KINDS =
      "an IDX file of images (…images-idx3…, gzipped or not, its labels beside it), a directory"
          + " with a folder of pictures for each class ("
          + PictureFormat.NAMES
          + "), or a sheet of CIFAR-10"
          + " (data_batch_1.png, test_batch.png)";

  private ImageFiles() {}

  /**
   * Opens the images of all paths.
   *
   * @param preparation how they come to have the model's size
   * @throws DataException if a path is none of the known kinds, a file is damaged, or an image has
   *     another shape
   */
  static LabelledExamples open(
      List<Path> paths, Preparation preparation, ProgressListener listener) {
    if (paths.isEmpty()) {
      throw new DataException("reading images: found no path; name " + KINDS + ".");
    }
    List<LabelledExamples> sources =
        paths.stream().map(p -> open(p, preparation, listener)).toList();
    return sources.size() == 1 ? sources.get(0) : new JoinedImages(sources);
  }

  private static LabelledExamples open(
      Path path, Preparation preparation, ProgressListener listener) {
    DataPath.requireThere("reading images from ", path);
    if (Files.isDirectory(path)) {
      return ClassFolders.open(path, preparation, listener);
    }
    refusePointer(path);
    if (IdxFile.isNamedSo(path)) {
      return IdxFile.read(path, preparation, listener);
    }
    if (ImageSheet.isNamedSo(path)) {
      return ImageSheet.read(path, preparation);
    }
    throw new DataException("reading images from " + path + ": expected " + KINDS + ".");
  }

  /** Refuses a pointer, of which neither the name nor the labels beside it matter. */
  private static void refusePointer(Path path) {
    try (InputStream in = RegularFile.open(path)) {
      if (GitLfs.isPointer(in.readNBytes(GitLfs.LENGTH))) {
        throw new DataException("reading images from " + path + ": " + GitLfs.POINTER);
      }
    } catch (IOException e) {
      throw unreadable(path, e);
    }
  }

  /** Ends the reading if it is cancelled; asked at every image. */
  static void check(ProgressListener listener) {
    Work.check(listener, "reading images");
  }

  /** Returns the file of the labels of some images, which stands beside theirs. */
  static Path labels(Path images, String name) {
    Path labels = images.resolveSibling(name);
    if (!Files.isRegularFile(labels)) {
      throw new DataException(
          "reading "
              + images
              + ": expected the labels at "
              + labels
              + ", found no such file; put it there.");
    }
    return labels;
  }

  static DataException unreadable(Path file, IOException e) {
    return DataException.unreadable("reading " + file + ": ", e);
  }
}
