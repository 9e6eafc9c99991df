package dev.ligo.core.checkpoint;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.ligo.api.CancelledException;
import dev.ligo.api.HostArray;
import dev.ligo.api.UnknownNameException;
import dev.ligo.core.io.DaemonThread;
import dev.ligo.core.io.Hashes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The tensors of a checkpoint directory, in one file or several. */
final class Weights implements AutoCloseable {
  static final String SINGLE = "model.safetensors";
  static final String INDEX = "model.safetensors.index.json";
  static final String EXTENSION = ".safetensors";
  static final String WEIGHT_MAP = "weight_map";

  private static final Logger LOG = LoggerFactory.getLogger(Weights.class);

  /** How often it is asked whether the computing of hashes is to end. */
  private static final int CHECKED_EACH_MILLIS = 50;

  /** A name that stays inside its directory on every operating system. */
  private static final Pattern SHARD_NAME =
      Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]*\\.safetensors");

  /** What a shard is called: on its own, such a file is not the whole model. */
  private static final Pattern ONE_OF_SEVERAL = Pattern.compile(".*-\\d+-of-\\d+\\.safetensors");

  private final SortedMap<String, SafetensorsFile> files = new TreeMap<>();
  private final SortedMap<String, FileSpec> tensors = new TreeMap<>();
  private final Map<String, SafetensorsFile> holders = new HashMap<>();

  /** The tensors that the index puts into a shard and no shard holds, with that shard's name. */
  private final SortedMap<String, String> absent = new TreeMap<>();

  private Weights() {}

  /**
   * Finds and opens the weights of a directory: {@code model.safetensors}, or the shards that
   * {@code model.safetensors.index.json} lists, or the only safetensors file there is.
   *
   * @throws CheckpointException if there are none, several without an index, or one is not valid
   */
  static Weights open(Path directory) {
    Weights weights = new Weights();
    try {
      if (Files.exists(directory.resolve(SINGLE))) {
        weights.addAll(directory, SINGLE);
      } else if (Files.exists(directory.resolve(INDEX))) {
        weights.addIndexed(directory);
      } else {
        weights.addAll(directory, onlyFile(directory));
      }
      return weights;
    } catch (RuntimeException | Error e) {
      weights.closeAfter(e);
      throw e;
    }
  }

  /** Returns whether a directory has files of weights, or a list of them. */
  static boolean areIn(Path directory) {
    return Files.exists(directory.resolve(INDEX))
        || DirectoryListing.of(directory).stream().anyMatch(n -> n.endsWith(EXTENSION));
  }

  private static String onlyFile(Path directory) {
    List<String> names = DirectoryListing.of(directory);
    List<String> candidates = names.stream().filter(n -> n.endsWith(EXTENSION)).toList();
    if (candidates.isEmpty()) {
      boolean pickled = names.stream().anyMatch(n -> n.endsWith(".bin") || n.endsWith(".pt"));
      throw new CheckpointException(
          directory,
          pickled
              ? "the weights are in PyTorch's pickled format, which can run code and is not read;"
                  + " convert them in Python with save_pretrained(directory,"
                  + " safe_serialization=True)."
              : "there are no weights; expected "
                  + SINGLE
                  + " or "
                  + INDEX
                  + " with its shards."
                  + HubCache.restOf(directory));
    }
    if (candidates.size() > 1) {
      throw new CheckpointException(
          directory,
          "expected "
              + SINGLE
              + ", "
              + INDEX
              + " or one safetensors file, found several: "
              + Quoted.names(candidates)
              + "; keep one.");
    }
    String name = candidates.get(0);
    if (ONE_OF_SEVERAL.matcher(name).matches()) {
      throw new CheckpointException(
          directory,
          Quoted.name(name)
              + " is one of several files; the others and "
              + INDEX
              + " are missing.");
    }
    return name;
  }

  private SafetensorsFile file(Path directory, String name) {
    return files.computeIfAbsent(name, n -> SafetensorsFile.open(directory.resolve(n)));
  }

  private void addAll(Path directory, String name) {
    SafetensorsFile file = file(directory, name);
    file.entries().keySet().forEach(tensor -> put(tensor, file));
  }

  private void addIndexed(Path directory) {
    Path index = directory.resolve(INDEX);
    for (Map.Entry<String, JsonElement> entry : weightMap(index).entrySet()) {
      String tensor = entry.getKey();
      String shard = shardName(index, tensor, entry.getValue());
      if (!Files.exists(directory.resolve(shard))) {
        throw new CheckpointException(
            directory.resolve(shard),
            "this shard is missing, "
                + INDEX
                + " puts "
                + Quoted.name(tensor)
                + " into it."
                + HubCache.restOf(directory));
      }
      SafetensorsFile file = file(directory, shard);
      if (file.entries().containsKey(tensor)) {
        put(tensor, file);
      } else {
        absent.put(tensor, shard);
      }
    }
    // Whoever reads every tensor of the listed files finds those that are listed elsewhere.
    files
        .values()
        .forEach(
            file ->
                file.entries().keySet().stream()
                    .filter(tensor -> absent.remove(tensor) != null)
                    .forEach(tensor -> put(tensor, file)));
    warnOfUnlisted();
  }

  private void put(String tensor, SafetensorsFile file) {
    tensors.put(tensor, file.entries().get(tensor));
    holders.put(tensor, file);
  }

  private static JsonObject weightMap(Path index) {
    JsonElement map = JsonFiles.read(index).get(WEIGHT_MAP);
    if (map == null || !map.isJsonObject()) {
      throw new CheckpointException(
          index, "expected an object '" + WEIGHT_MAP + "' from tensor names to file names.");
    }
    return map.getAsJsonObject();
  }

  private static String shardName(Path index, String tensor, JsonElement value) {
    boolean text = value.isJsonPrimitive() && value.getAsJsonPrimitive().isString();
    if (!text || !SHARD_NAME.matcher(value.getAsString()).matches()) {
      throw new CheckpointException(
          index,
          WEIGHT_MAP
              + " puts "
              + Quoted.name(tensor)
              + " into "
              + Quoted.line(value.toString())
              + ", which is not the plain name of a safetensors file.");
    }
    return value.getAsString();
  }

  private void warnOfUnlisted() {
    files.forEach(
        (name, file) ->
            file.entries().keySet().stream()
                .filter(tensor -> holders.get(tensor) != file)
                .forEach(
                    tensor ->
                        LOG.warn(
                            "{} holds {}, which the index does not list there; it is ignored.",
                            name,
                            Quoted.name(tensor))));
  }

  /** Returns what is known of each tensor, sorted by name. */
  SortedMap<String, FileSpec> tensors() {
    return Collections.unmodifiableSortedMap(tensors);
  }

  /** Returns the tensors that the index lists and no file holds, with the file it names. */
  SortedMap<String, String> absent() {
    return Collections.unmodifiableSortedMap(absent);
  }

  /** Returns the names of the files in the directory that hold the tensors, sorted. */
  List<String> fileNames() {
    return List.copyOf(files.keySet());
  }

  /**
   * Returns the SHA-256 of files, by their names; several are read at once, since a disk may be
   * faster than a processor computes.
   *
   * @param check called now and then; it ends the reading by an exception
   * @throws CheckpointException if a file cannot be read
   */
  static SortedMap<String, String> sha256(Path directory, List<String> names, Runnable check) {
    int threads = Math.min(names.size(), Runtime.getRuntime().availableProcessors());
    ExecutorService readers =
        Executors.newFixedThreadPool(
            Math.max(1, threads),
            work -> DaemonThread.of("hashes of " + directory.getFileName(), work));
    try {
      Map<String, Future<String>> hashes = new TreeMap<>();
      names.forEach(n -> hashes.put(n, readers.submit(() -> sha256(directory.resolve(n)))));
      SortedMap<String, String> computed = new TreeMap<>();
      hashes.forEach((name, hash) -> computed.put(name, get(hash, check)));
      return computed;
    } finally {
      readers.shutdownNow();
    }
  }

  private static String sha256(Path file) {
    MessageDigest digest = Hashes.sha256();
    try {
      Hashes.update(digest, file, () -> CancelledException.throwIfInterrupted("reading " + file));
    } catch (IOException e) {
      throw CheckpointException.of(file, "cannot be read", e);
    }
    return Hashes.hex(digest);
  }

  /** Waits for a hash, and checks meanwhile. */
  private static String get(Future<String> hash, Runnable check) {
    try {
      check.run();
      while (!hash.isDone()) {
        await(hash);
        check.run();
      }
      return hash.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancelledException("cancelled while the weights were read.", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  private static void await(Future<String> hash) throws InterruptedException, ExecutionException {
    try {
      String unused = hash.get(CHECKED_EACH_MILLIS, TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      LOG.trace("a file is still being read", e);
    }
  }

  /** Reads a tensor; see {@link SafetensorsFile#read}. */
  HostArray read(String name) {
    return holder(name).read(name);
  }

  /** Reads rows of a tensor; see {@link SafetensorsFile#rows}. */
  HostArray rows(String name, int from, int to) {
    return holder(name).rows(name, from, to);
  }

  /** Returns a tensor to be read by stretches; see {@link SafetensorsFile#stored}. */
  StoredTensor stored(String name) {
    return holder(name).stored(name);
  }

  private SafetensorsFile holder(String name) {
    SafetensorsFile holder = holders.get(name);
    if (holder == null) {
      throw new UnknownNameException("tensor", name, tensors.keySet());
    }
    return holder;
  }

  private void closeAfter(Throwable failure) {
    try {
      close();
    } catch (CheckpointException e) {
      failure.addSuppressed(e);
    }
  }

  @Override
  public void close() {
    files.values().forEach(SafetensorsFile::close);
  }
}
