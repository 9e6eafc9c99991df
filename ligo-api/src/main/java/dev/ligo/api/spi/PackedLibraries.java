package dev.ligo.api.spi;

import dev.ligo.api.BackendException;
import dev.ligo.api.CancelledException;
import dev.ligo.api.LigoException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLConnection;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;

/**
 * An engine's native libraries, which come packed in jars and are unpacked once on a machine into a
 * directory that all processes share. Of processes that start at once one unpacks and the others
 * wait. A library appears under its name when it is whole, and has the time that it has in the jar.
 *
 * @param directory where the engine looks for them
 * @param libraries where they are, in the order in which to unpack them
 */
public record PackedLibraries(Path directory, List<URL> libraries) {
  private static final int BUFFER = 1 << 20;

  /** Follows the unpacking. */
  @FunctionalInterface
  public interface Listener {
    /** A listener that does nothing. */
    Listener SILENT = (bytes, total) -> {};

    /**
     * Takes note of how far it is: first of its beginning, even where another process is at it. Not
     * called if everything is there already. What it throws ends the unpacking.
     *
     * @param bytes the bytes that are unpacked
     * @param total the bytes in all
     */
    void unpacked(long bytes, long total);
  }

  /** A library that is to be unpacked. */
  private record Packed(URL url, Path file, long size, long time) {
    static Packed of(URL url, Path directory) throws IOException {
      String path = url.getPath();
      Path file = directory.resolve(path.substring(path.lastIndexOf('/') + 1));
      URLConnection connection = connect(url);
      if (connection instanceof JarURLConnection jar) {
        try (JarFile opened = jar.getJarFile()) {
          JarEntry entry = opened.getJarEntry(jar.getEntryName());
          return new Packed(url, file, entry.getSize(), entry.getTime());
        }
      }
      long size = connection.getContentLengthLong();
      long time = connection.getLastModified();
      connection.getInputStream().close();
      return new Packed(url, file, size, time);
    }

    boolean isMissing() throws IOException {
      return !Files.exists(file) || Files.size(file) != size;
    }
  }

  /**
   * Copies the list.
   *
   * @param directory where the engine looks for them
   * @param libraries where they are, in the order in which to unpack them
   */
  public PackedLibraries {
    libraries = List.copyOf(libraries);
  }

  /**
   * Unpacks what is not there yet.
   *
   * @param listener follows it
   * @throws BackendException if that fails, with the directory
   * @throws CancelledException if the thread is interrupted
   */
  public void unpack(Listener listener) {
    try {
      List<Packed> missing = missing();
      if (!missing.isEmpty()) {
        long total = total(missing);
        listener.unpacked(0, total);
        Files.createDirectories(directory);
        if (!unpackAlone(listener)) {
          listener.unpacked(total, total); // another has done it
        }
      }
    } catch (IOException e) {
      CancelledException.throwIfInterrupted("unpacking native libraries");
      throw new BackendException(
          "native libraries cannot be unpacked into "
              + directory
              + ": "
              + LigoException.reason(e)
              + "; it must be writable, and have room for them.",
          e);
    }
  }

  /**
   * Unpacks while no other process does, nor a thread of this one.
   *
   * @return whether anything was left to be unpacked
   */
  private boolean unpackAlone(Listener listener) throws IOException {
    Path lock = directory.resolveSibling(directory.getFileName() + ".lock");
    synchronized (PackedLibraries.class) { // the system's lock is the whole process's
      try (FileChannel channel =
          FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
        channel.lock(); // until it is closed
        List<Packed> missing = missing();
        long total = total(missing);
        long before = 0;
        for (Packed each : missing) {
          unpack(each, before, total, listener);
          before += each.size();
        }
        return !missing.isEmpty();
      }
    }
  }

  private static void unpack(Packed library, long before, long total, Listener listener)
      throws IOException {
    Path part = library.file().resolveSibling(library.file().getFileName() + ".part");
    try {
      try (InputStream from = connect(library.url()).getInputStream();
          OutputStream to = Files.newOutputStream(part)) {
        byte[] buffer = new byte[BUFFER];
        long done = before;
        for (int n = from.read(buffer); n > 0; n = from.read(buffer)) {
          to.write(buffer, 0, n);
          done += n;
          listener.unpacked(done, total);
        }
      }
      Files.setLastModifiedTime(part, FileTime.fromMillis(library.time()));
      Files.move(
          part,
          library.file(),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(part);
    }
  }

  private List<Packed> missing() throws IOException {
    List<Packed> missing = new ArrayList<>();
    for (URL url : libraries) {
      Packed library = Packed.of(url, directory);
      if (library.isMissing()) {
        missing.add(library);
      }
    }
    return missing;
  }

  private static long total(List<Packed> libraries) {
    return libraries.stream().mapToLong(Packed::size).sum();
  }

  /** Returns a connection that leaves no jar open. */
  private static URLConnection connect(URL url) throws IOException {
    URLConnection connection = url.openConnection();
    connection.setUseCaches(false);
    return connection;
  }
}
