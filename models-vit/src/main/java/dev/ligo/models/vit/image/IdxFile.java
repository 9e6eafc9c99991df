package dev.ligo.models.vit.image;

import dev.ligo.api.Shape;
import dev.ligo.core.data.DataException;
import dev.ligo.core.data.GitLfs;
import dev.ligo.core.data.LabelledExamples;
import dev.ligo.core.data.ProgressListener;
import dev.ligo.core.io.RegularFile;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;

/**
 * Bytes in the IDX format of MNIST, gzipped or not: a file of images, (images, rows, columns), and
 * one of labels beside it whose name has {@code labels-idx1} in the place of {@code images-idx3}.
 */
final class IdxFile {
  private static final String IMAGES = "images-idx3";
  private static final String LABELS = "labels-idx1";
  private static final int BYTES = 0x08; // the type that the magic number names
  private static final int GZIP = 0x1f8b;

  private IdxFile() {}

  /** The entries along the first of some axes, and the size of each along the others. */
  private record Entries(List<byte[]> all, Extent extent) {}

  /** Returns whether a file is named as IDX images are. */
  static boolean isNamedSo(Path file) {
    return file.getFileName().toString().contains(IMAGES);
  }

  /**
   * Reads images and their labels.
   *
   * @param preparation how they come to have the model's size
   */
  static LabelledExamples read(Path file, Preparation preparation, ProgressListener listener) {
    Path labelFile = ImageFiles.labels(file, file.getFileName().toString().replace(IMAGES, LABELS));
    Entries images = read(file, 3, preparation, listener);
    Entries labels = read(labelFile, 1, preparation, listener);
    if (images.all().size() != labels.all().size()) {
      throw new DataException(
          file
              + " holds "
              + images.all().size()
              + " images and "
              + labelFile
              + " "
              + labels.all().size()
              + " labels; they are not of one set.");
    }
    return new ImagesInMemory(
        images.all(),
        images.extent(),
        preparation,
        labels.all().stream().map(l -> l[0] & 0xff).toList());
  }

  /** Reads the entries along the first of some axes. */
  private static Entries read(
      Path file, int axes, Preparation preparation, ProgressListener listener) {
    try (DataInputStream in = new DataInputStream(open(file))) {
      int magic = in.readInt();
      if (magic != (BYTES << 8 | axes)) {
        throw new DataException(
            String.format(
                "reading %s: expected an IDX file of bytes along %d axes, which starts with"
                    + " %08x, found %08x.",
                file, axes, BYTES << 8 | axes, magic));
      }
      int count = in.readInt();
      int rows = axes == 3 ? in.readInt() : 1;
      int columns = axes == 3 ? in.readInt() : 1;
      if (axes == 3) {
        preparation.check(file, Shape.of(1, rows, columns));
      }
      if (count < 1) {
        throw new DataException(
            "reading " + file + ": it holds no images; its count is " + count + ".");
      }
      List<byte[]> entries = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        ImageFiles.check(listener);
        byte[] entry = new byte[rows * columns];
        in.readFully(entry);
        entries.add(entry);
      }
      if (in.read() >= 0) {
        throw new DataException(
            "reading " + file + ": more follows after the " + count + " entries that it counts.");
      }
      return new Entries(entries, new Extent(rows, columns));
    } catch (EOFException e) {
      throw new DataException("reading " + file + ": it is cut off; fetch it again.", e);
    } catch (IOException e) {
      throw ImageFiles.unreadable(file, e);
    }
  }

  private static InputStream open(Path file) throws IOException {
    InputStream in = new BufferedInputStream(RegularFile.open(file));
    try {
      in.mark(GitLfs.LENGTH);
      byte[] start = in.readNBytes(GitLfs.LENGTH);
      in.reset();
      if (GitLfs.isPointer(start)) {
        throw new DataException("reading " + file + ": " + GitLfs.POINTER);
      }
      int first = start.length < 2 ? -1 : ((start[0] & 0xff) << 8) | (start[1] & 0xff);
      return first == GZIP ? new BufferedInputStream(new GZIPInputStream(in)) : in;
    } catch (IOException | DataException e) {
      in.close();
      throw e;
    }
  }
}
