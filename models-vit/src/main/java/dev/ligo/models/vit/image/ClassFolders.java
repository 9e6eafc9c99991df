package dev.ligo.models.vit.image;

import dev.ligo.core.data.DataException;
import dev.ligo.core.data.LabelledExamples;
import dev.ligo.core.data.ProgressListener;
import dev.ligo.core.io.RegularFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
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
 */
final class ClassFolders {
  private static final Logger LOGGER = LoggerFactory.getLogger(ClassFolders.class);

  /** What archives of macOS hold beside their files. */
  private static final String MACOS = "__MACOSX";

  private ClassFolders() {}

  /**
   * Finds the pictures.
   *
   * @param preparation how they come to have the model's size
   * @throws DataException if there is no picture, or one can't be used
   */
  static LabelledExamples open(Path directory, Preparation preparation, ProgressListener listener) {
    Pictures.checkChannels(directory, preparation.shape());
    List<Path> files = new ArrayList<>();
    List<String> labels = new ArrayList<>();
    List<Path> others = new ArrayList<>();
    for (Path folder : list(directory, 1, Files::isDirectory)) {
      List<Path> pictures = list(folder, Integer.MAX_VALUE, isNamed(PictureFormat.ENDINGS));
      List<Path> left = list(folder, Integer.MAX_VALUE, ClassFolders::isLeftOut);
      if (pictures.isEmpty() && !left.isEmpty()) {
        refuseUnnamed(folder, left.get(0));
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
    PictureFiles pictures = PictureFiles.open(files, labels, preparation, listener);
    if (!others.isEmpty()) {
      LOGGER.warn(
          "{}: left out {}; pictures that are read are {}",
          directory,
          count(others),
          PictureFormat.NAMES);
    }
    return pictures;
  }

  /** Refuses a folder of pictures that have other names than such. */
  private static void refuseUnnamed(Path folder, Path picture) {
    if (!isNamed(PictureFormat.OTHER_ENDINGS).test(picture)) {
      throw new DataException(
          "reading images from "
              + folder
              + ": expected files with the ending of a picture, such as .png or .jpg, found '"
              + picture.getFileName()
              + "'; rename it.");
    }
  }

  /** Returns whether a file is a picture that is not read: by its name, or by its content. */
  private static boolean isLeftOut(Path file) {
    if (!Files.isRegularFile(file) || PictureFormat.ENDINGS.contains(ending(file))) {
      return false;
    }
    if (PictureFormat.OTHER_ENDINGS.contains(ending(file))) {
      return true;
    }
    try (InputStream in = RegularFile.open(file)) {
      return PictureFormat.isPicture(in.readNBytes(PictureFormat.HEAD));
    } catch (IOException e) {
      throw ImageFiles.unreadable(file, e);
    }
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
          .filter(f -> !isHidden(directory.relativize(f)))
          .filter(wanted)
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

  /** Returns what follows the last dot of a name, nothing if there is none. */
  private static String ending(Path file) {
    String name = file.getFileName().toString();
    int dot = name.lastIndexOf('.');
    return dot < 0 ? "" : name.substring(dot + 1).toLowerCase(Locale.ROOT);
  }

  /** Returns how many files there are of each ending: {@code 3 .tiff and 1 without an ending}. */
  private static String count(List<Path> files) {
    Map<String, Long> counts =
        files.stream()
            .collect(
                Collectors.groupingBy(ClassFolders::ending, TreeMap::new, Collectors.counting()));
    return counts.entrySet().stream()
        .map(e -> e.getValue() + (e.getKey().isEmpty() ? " without an ending" : " ." + e.getKey()))
        .sorted(Comparator.comparing(n -> !n.contains(".")))
        .collect(Collectors.joining(" and "));
  }
}
