package dev.ligo.models.vit.image;

import dev.ligo.api.LigoException;
import dev.ligo.api.Shape;
import dev.ligo.core.data.DataException;
import dev.ligo.core.data.LabelledExamples;
import dev.ligo.core.data.ProgressListener;
import dev.ligo.core.io.Hashes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A directory with a folder for each class, which has its name, with pictures in it or in folders
 * of its own, as torchvision's {@code ImageFolder} reads it. A folder without pictures is no class;
 * what is hidden is left out.
 *
 * <p>All headers are read when it is opened, so that a picture that can't be used is found before
 * anything is computed. One is decoded when it is asked for, and before only if its header does not
 * say that it can be used.
 */
final class ClassFolders implements LabelledExamples {
  private static final Logger LOGGER = LoggerFactory.getLogger(ClassFolders.class);

  /** What archives of macOS hold beside their files. */
  private static final String MACOS = "__MACOSX";

  private final Shape shape;
  private final List<Path> files;
  private final List<String> labels;

  private ClassFolders(Shape shape, List<Path> files, List<String> labels) {
    this.shape = shape;
    this.files = List.copyOf(files);
    this.labels = List.copyOf(labels);
  }

  /**
   * Finds the pictures.
   *
   * @param shape what the model takes, (channels, rows, columns)
   * @throws DataException if there is no picture, or one can't be used: it has another size, it is
   *     transparent, damaged or of a kind that is not read
   */
  static ClassFolders open(Path directory, Shape shape, ProgressListener listener) {
    Pictures.checkChannels(directory, shape);
    List<Path> files = new ArrayList<>();
    List<String> labels = new ArrayList<>();
    List<Path> others = new ArrayList<>();
    for (Path folder : list(directory, 1, Files::isDirectory)) {
      List<Path> pictures = list(folder, Integer.MAX_VALUE, isNamed(PictureFormat.ENDINGS));
      List<Path> left = list(folder, Integer.MAX_VALUE, isNamed(PictureFormat.OTHER_ENDINGS));
      if (pictures.isEmpty() && !left.isEmpty()) {
        throw new DataException(
            "reading images from "
                + folder
                + ": expected pictures ("
                + PictureFormat.NAMES
                + "), found "
                + count(left)
                + " alone; save them as PNG.");
      }
      others.addAll(left);
      files.addAll(pictures);
      pictures.forEach(p -> labels.add(folder.getFileName().toString()));
    }
    if (files.isEmpty()) {
      throw none(directory);
    }
    long deepGreys = files.stream().filter(f -> check(f, shape, listener).deepGrey()).count();
    if (deepGreys > 0) {
      LOGGER.warn(
          "{}: greys of 16 bits are cut off at 255, as Pillow's convert does; pictures with them:"
              + " {}",
          directory,
          deepGreys);
    }
    if (!others.isEmpty()) {
      LOGGER.warn(
          "{}: left out {}; pictures that are read are {}",
          directory,
          count(others),
          PictureFormat.NAMES);
    }
    return new ClassFolders(shape, files, labels);
  }

  /** Refuses a picture that can't be used. */
  private static PictureHeader check(Path file, Shape shape, ProgressListener listener) {
    ImageFiles.check(listener);
    PictureHeader header = Pictures.header(file);
    ImageFiles.checkShape(file, Shape.of(shape.dim(0), header.rows(), header.columns()), shape);
    if (!header.settled()) {
      Pictures.read(file);
    }
    return header;
  }

  /** Returns the error for a directory without pictures, which may hold images of other kinds. */
  private static DataException none(Path directory) {
    List<Path> others = list(directory, 1, f -> IdxFile.isNamedSo(f) || ImageSheet.isNamedSo(f));
    return new DataException(
        "reading images from "
            + directory
            + (others.isEmpty()
                ? ": expected pictures in its folders, found none; give " + ImageFiles.KINDS + "."
                : ": expected folders of pictures, found a file of many images; give "
                    + others.get(0)
                    + " itself."));
  }

  /** Returns what is below a directory and not hidden, in order. */
  private static List<Path> list(Path directory, int depth, Predicate<Path> wanted) {
    try (Stream<Path> entries = Files.walk(directory, depth, FileVisitOption.FOLLOW_LINKS)) {
      return entries
          .filter(f -> !f.equals(directory))
          .filter(wanted)
          .filter(f -> !isHidden(directory.relativize(f)))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw ImageFiles.unreadable(directory, e);
    } catch (UncheckedIOException e) {
      throw ImageFiles.unreadable(directory, e.getCause());
    }
  }

  private static boolean isHidden(Path relative) {
    return StreamSupport.stream(relative.spliterator(), false)
        .map(Path::toString)
        .anyMatch(name -> name.startsWith(".") || name.equals(MACOS));
  }

  private static Predicate<Path> isNamed(Set<String> endings) {
    return file -> endings.contains(ending(file)) && Files.isRegularFile(file);
  }

  private static String ending(Path file) {
    String name = file.getFileName().toString();
    return name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
  }

  /** Returns how many files there are of each ending: {@code 3 .tiff and 1 .webp}. */
  private static String count(List<Path> files) {
    Map<String, Long> counts =
        files.stream()
            .collect(
                Collectors.groupingBy(ClassFolders::ending, TreeMap::new, Collectors.counting()));
    return counts.entrySet().stream()
        .map(e -> e.getValue() + " ." + e.getKey())
        .collect(Collectors.joining(" and "));
  }

  @Override
  public int size() {
    return files.size();
  }

  @Override
  public String label(int image) {
    return labels.get(image);
  }

  @Override
  public byte[] content(int image) {
    Path file = files.get(image);
    Picture picture = Pictures.read(file);
    int rows = shape.dim(1);
    int columns = shape.dim(2);
    ImageFiles.checkShape(file, Shape.of(shape.dim(0), picture.rows(), picture.columns()), shape);
    byte[] pixels = new byte[(int) shape.size()];
    for (int row = 0; row < rows; row++) {
      picture.copyRow(row, shape.dim(0), pixels, row * columns, rows * columns);
    }
    return pixels;
  }

  /** Of the files as they are: decoding all pictures would take longer than an epoch's steps. */
  @Override
  public String sha256(Runnable check) {
    MessageDigest digest = Hashes.sha256();
    for (int i = 0; i < files.size(); i++) {
      digest.update(labels.get(i).getBytes(StandardCharsets.UTF_8));
      digest.update((byte) 0);
      try {
        Hashes.update(digest, files.get(i), check);
      } catch (IOException e) {
        throw new DataException(
            "reading " + files.get(i) + ": " + LigoException.reason(e) + ".", e);
      }
    }
    return Hashes.hex(digest);
  }
}
