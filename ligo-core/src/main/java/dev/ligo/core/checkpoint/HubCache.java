package dev.ligo.core.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The cache of Hugging Face on this machine, as {@code hf download} fills it: {@code
 * models--ORG--NAME/snapshots/REVISION} with links to the files, and {@code refs/main} with the
 * newest revision. It is only read, and nothing is fetched.
 *
 * @param directory the cache, which need not be there
 */
public record HubCache(Path directory) {
  private static final Pattern NAME =
      Pattern.compile("([A-Za-z0-9][A-Za-z0-9._-]*)/([A-Za-z0-9][A-Za-z0-9._-]*)");

  private static final Pattern FOLDER = Pattern.compile("models--(.+?)--(.+)");

  private static final Pattern REVISION = Pattern.compile("[A-Za-z0-9._-]+");

  /**
   * {@return the cache that an environment names, by the rules of {@code huggingface_hub}: {@code
   * HF_HUB_CACHE}, else {@code hub} in {@code HF_HOME}, else in {@code ~/.cache/huggingface}}
   *
   * @param environment the variables of the environment
   */
  public static HubCache of(Map<String, String> environment) {
    Path home = Path.of(System.getProperty("user.home"));
    return Stream.of("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE")
        .flatMap(name -> variable(environment, name, home))
        .findFirst()
        .map(HubCache::new)
        .orElseGet(
            () ->
                new HubCache(
                    variable(environment, "HF_HOME", home)
                        .findFirst()
                        .orElseGet(
                            () ->
                                variable(environment, "XDG_CACHE_HOME", home)
                                    .findFirst()
                                    .orElse(home.resolve(".cache"))
                                    .resolve("huggingface"))
                        .resolve("hub")));
  }

  private static Stream<Path> variable(Map<String, String> environment, String name, Path home) {
    String value = environment.getOrDefault(name, "");
    return value.isBlank()
        ? Stream.empty()
        : Stream.of(value.startsWith("~/") ? home.resolve(value.substring(2)) : Path.of(value));
  }

  /** {@return the cache that the environment of this process names} */
  public static HubCache ofProcess() {
    return of(System.getenv());
  }

  /**
   * {@return a checkpoint's directory: the path as it is, or, where nothing is there and it is a
   * name as in {@code org/name}, that model's newest snapshot in the cache, if it has one}
   *
   * @param path a path, or a name on the hub
   */
  public Path locate(Path path) {
    return Files.exists(path) ? path : nameIn(path).flatMap(this::snapshot).orElse(path);
  }

  /**
   * {@return the directory of a model's newest snapshot, if it is in the cache}
   *
   * @param name the model's name on the hub, as in {@code org/name}
   */
  public Optional<Path> snapshot(String name) {
    Path model = directory.resolve("models--" + name.replace("/", "--"));
    try {
      String revision = Files.readString(model.resolve("refs").resolve("main")).strip();
      return REVISION.matcher(revision).matches()
          ? Optional.of(model.resolve("snapshots").resolve(revision)).filter(Files::isDirectory)
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty(); // it is not there
    }
  }

  /** Returns what to do where a path that may be a name leads nowhere, or nothing. */
  String advice(Path path) {
    return Files.exists(path)
        ? ""
        : nameIn(path)
            .map(
                name ->
                    " If this is a name on the hub, it is not in the cache "
                        + directory
                        + "; fetch it by: hf download "
                        + name)
            .orElse("");
  }

  /**
   * {@return a path as a name on the hub, if it can be one, as {@code org/name} can}
   *
   * @param path the path
   */
  static Optional<String> nameIn(Path path) {
    return nameIn(path.toString().replace('\\', '/'));
  }

  /**
   * {@return a text, if it can be a name on the hub, as {@code org/name} can}
   *
   * @param text the text
   */
  public static Optional<String> nameIn(String text) {
    return Optional.of(text).filter(t -> NAME.matcher(t).matches());
  }

  /**
   * {@return the name on the hub of the model whose snapshot a directory is, if it is one}
   *
   * @param snapshot the directory
   */
  public static Optional<String> nameOf(Path snapshot) {
    Path snapshots = snapshot.toAbsolutePath().normalize().getParent();
    if (snapshots == null || !snapshots.endsWith("snapshots") || snapshots.getParent() == null) {
      return Optional.empty();
    }
    Matcher folder = FOLDER.matcher(String.valueOf(snapshots.getParent().getFileName()));
    return folder.matches()
        ? Optional.of(folder.group(1) + "/" + folder.group(2))
        : Optional.empty();
  }
}
