package dev.ligo.core.checkpoint;

import dev.ligo.api.LigoException;
import dev.ligo.core.io.RegularFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What goes with a model into what is made of it: its tokenizer, the processing of its inputs, its
 * defaults for generation, its licence, and the layout of sentence-transformers. Anything else
 * (other weights, programs, optimizer states, logs) belongs to the source alone.
 */
final class Companions {
  private static final Set<String> NAMES =
      Set.of(
          "added_tokens.json",
          "bpe.codes",
          "chat_template.jinja",
          "chat_template.json",
          "generation_config.json",
          "merges.txt",
          "preprocessor_config.json",
          "processor_config.json",
          "sentencepiece.bpe.model",
          "special_tokens_map.json",
          "spiece.model",
          "tokenizer.json",
          "tokenizer.model",
          "tokenizer_config.json",
          "vocab.json",
          "vocab.txt");

  /** Texts that are carried up to {@link #LARGEST}. */
  private static final Pattern TEXTS =
      Pattern.compile(
          "(?:LICENSE|LICENCE|NOTICE|COPYING|USE_POLICY|ATTRIBUTION)(?:\\.md|\\.txt)?"
              + "|config_sentence_transformers\\.json|sentence_[a-z_-]+_config\\.json");

  private static final String JSON = ".json";

  private static final String MODULES = "modules.json";

  /** What sentence-transformers calls its own modules; others come with programs. */
  private static final String OWN = "sentence_transformers.";

  private static final Pattern FOLDER = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]*");

  /** Far more than a licence or a module's config takes, in bytes. */
  private static final long LARGEST = 1_000_000;

  private static final Logger LOGGER = LoggerFactory.getLogger(Companions.class);

  private Companions() {}

  /**
   * Returns the files by the names of their copies.
   *
   * @throws CheckpointException if a directory or the like has the name of such a file, or one that
   *     should hold JSON is empty
   */
  static SortedMap<String, Path> of(Path directory) {
    SortedMap<String, Path> files = new TreeMap<>();
    for (String name : NAMES) {
      Path file = directory.resolve(name);
      if (Files.exists(file)) {
        requireWhole(file);
        files.put(name, file);
      }
    }
    for (String name : DirectoryListing.of(directory)) {
      if (TEXTS.matcher(name).matches() && isSmall(directory.resolve(name))) {
        requireWhole(directory.resolve(name));
        files.put(name, directory.resolve(name));
      }
    }
    if (Files.exists(directory.resolve(MODULES))) {
      files.putAll(modules(directory));
    }
    return files;
  }

  /** Returns the modules of sentence-transformers: all of them, or none where one has weights. */
  private static SortedMap<String, Path> modules(Path directory) {
    Path list = directory.resolve(MODULES);
    requireWhole(list);
    SortedMap<String, Path> files = new TreeMap<>();
    try {
      if (!isSmall(list)) {
        return files;
      }
      for (JsonValue module :
          JsonValue.parse(RegularFile.text(list), LigoException::new).elements()) {
        String folder = module.get("path").text();
        if (!module.get("type").text().startsWith(OWN)) {
          return notCarried(list, "its module '" + folder + "' is a program of its own");
        }
        if (!folder.isEmpty() && !FOLDER.matcher(folder).matches()) {
          return notCarried(list, "its module '" + folder + "' is no folder beside it");
        }
        if (!folder.isEmpty() && Files.isDirectory(directory.resolve(folder))) {
          List<String> held = DirectoryListing.of(directory.resolve(folder));
          Path config = directory.resolve(folder).resolve(HuggingFaceDirectory.CONFIG);
          if (!held.stream().allMatch(HuggingFaceDirectory.CONFIG::equals)
              || (!held.isEmpty() && !isSmall(config))) {
            return notCarried(list, "its module '" + folder + "' holds more than a small config");
          }
          held.forEach(name -> files.put(folder + "/" + name, config));
        }
      }
      files.put(MODULES, list);
      return files;
    } catch (IOException | LigoException e) {
      return notCarried(list, "it is no list of modules");
    }
  }

  private static SortedMap<String, Path> notCarried(Path list, String reason) {
    LOGGER.warn("{} and its folders are not carried over: {}.", list, reason);
    return new TreeMap<>();
  }

  private static boolean isSmall(Path file) {
    try {
      if (Files.size(file) <= LARGEST) {
        return true;
      }
      LOGGER.warn("{} is not carried over: it has more than {} bytes.", file, LARGEST);
      return false;
    } catch (IOException e) {
      throw CheckpointException.of(file, "cannot be read", e);
    }
  }

  /** Reads the JSON among files, and returns how many there are. */
  static int requireJson(Collection<Path> files) {
    List<Path> json = files.stream().filter(f -> f.toString().endsWith(JSON)).toList();
    for (Path file : json) {
      try {
        JsonValue unused =
            JsonValue.parse(
                RegularFile.text(file),
                problem -> new CheckpointException(file, "is damaged: it is not JSON."));
      } catch (IOException e) {
        throw CheckpointException.of(file, "cannot be read", e);
      }
    }
    return json.size();
  }

  private static void requireWhole(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new CheckpointException(
          file, "should be a file, found " + RegularFile.kind(file) + "; put the file there.");
    }
    try {
      if (file.toString().endsWith(JSON) && Files.size(file) == 0) {
        throw new CheckpointException(file, "is empty; fetch it again, or remove it.");
      }
    } catch (IOException e) {
      throw CheckpointException.of(file, "cannot be read", e);
    }
  }
}
