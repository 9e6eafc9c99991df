package dev.ligo.core.checkpoint;

import dev.ligo.core.io.RegularFile;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
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

  /** A name, with an organization or, as the oldest have it, without, and maybe a revision. */
  private static final Pattern REFERENCE =
      Pattern.compile(
          "(?<name>(?:[A-Za-z0-9][A-Za-z0-9._-]*/)?[A-Za-z0-9][A-Za-z0-9._-]*)"
              + "(?:@(?<revision>[A-Za-z0-9._-]+(?:/[A-Za-z0-9._-]+)*))?");

  private static final Pattern FOLDER = Pattern.compile("models--(.+)");

  private static final Pattern COMMIT = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*");

  /** A variable of the environment inside the value of another one. */
  private static final Pattern VARIABLE = Pattern.compile("\\$(?:(\\w+)|\\{([^}]*)\\})");

  private static final String MAIN = "main";
  private static final String SNAPSHOTS = "snapshots";
  private static final String BETWEEN = "--";

  /**
   * A model on the hub.
   *
   * @param name its name, as in {@code org/name}
   * @param revision a branch, a tag or a commit
   */
  private record Reference(String name, String revision) {
    static Optional<Reference> in(Path path) {
      Matcher m = REFERENCE.matcher(path.toString().replace('\\', '/'));
      return m.matches() && !path.toString().endsWith(".json")
          ? Optional.of(
              new Reference(m.group("name"), Optional.ofNullable(m.group("revision")).orElse(MAIN)))
          : Optional.empty();
    }

    String fetch() {
      return "hf download " + name + (revision.equals(MAIN) ? "" : " --revision " + revision);
    }
  }

  /**
   * {@return the cache that an environment names, by the rules of {@code huggingface_hub}: {@code
   * HF_HUB_CACHE}, else {@code hub} in {@code HF_HOME}, else in {@code ~/.cache/huggingface}; other
   * variables may stand in these}
   *
   * @param environment the variables of the environment
   */
  public static HubCache of(Map<String, String> environment) {
    Path home = home(environment);
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

  /**
   * {@return the user's home directory, which {@code HOME} names but on Windows}
   *
   * @param environment the variables of the environment
   */
  public static Path home(Map<String, String> environment) {
    String named = File.separatorChar == '/' ? environment.getOrDefault("HOME", "") : "";
    return Path.of(named.isBlank() ? System.getProperty("user.home") : named);
  }

  private static Stream<Path> variable(Map<String, String> environment, String name, Path home) {
    String value = expanded(environment.getOrDefault(name, ""), environment);
    return value.isBlank()
        ? Stream.empty()
        : Stream.of(value.startsWith("~/") ? home.resolve(value.substring(2)) : Path.of(value));
  }

  /** Puts the values of variables in their places; those that are not set stay as they stand. */
  private static String expanded(String value, Map<String, String> environment) {
    return VARIABLE
        .matcher(value)
        .replaceAll(
            found -> {
              String name = Optional.ofNullable(found.group(1)).orElseGet(() -> found.group(2));
              return Matcher.quoteReplacement(environment.getOrDefault(name, found.group()));
            });
  }

  /** {@return the cache that the environment of this process names} */
  public static HubCache ofProcess() {
    return of(System.getenv());
  }

  /**
   * {@return a checkpoint's directory: the path as it is, or, where nothing is there, or an empty
   * directory, and it is a name as in {@code org/name}, that model's newest snapshot in the cache,
   * if it has one} With a revision, as in {@code org/name@revision}, it is the snapshot of that.
   *
   * @param path a path, or a name on the hub
   */
  public Path locate(Path path) {
    return isSomething(path) ? path : Reference.in(path).flatMap(this::snapshot).orElse(path);
  }

  /** Returns whether a path leads to anything but an empty directory. */
  private static boolean isSomething(Path path) {
    if (!Files.isDirectory(path)) {
      return Files.exists(path);
    }
    try (Stream<Path> files = Files.list(path)) {
      return files.findAny().isPresent();
    } catch (IOException e) {
      return true; // whoever opens it says what is wrong
    }
  }

  private Path folder(String name) {
    return directory.resolve("models--" + name.replace("/", BETWEEN));
  }

  private Optional<Path> snapshot(Reference model) {
    Path snapshots = folder(model.name()).resolve(SNAPSHOTS);
    return commit(model)
        .filter(c -> COMMIT.matcher(c).matches())
        .map(snapshots::resolve)
        .filter(Files::isDirectory);
  }

  /** Returns the commit that a revision stands for: what its file says, or itself. */
  private Optional<String> commit(Reference model) {
    Path refs = folder(model.name()).resolve("refs");
    Path file = refs.resolve(model.revision()).normalize();
    try {
      return file.startsWith(refs) && Files.isRegularFile(file)
          ? Optional.of(RegularFile.text(file).strip())
          : Optional.of(model.revision());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /**
   * {@return what to do where a path that may be a name leads nowhere, with a space before it; or
   * an empty text} A single word is a name for it only where the cache has something of it.
   *
   * @param path the path
   */
  public String advice(Path path) {
    return isSomething(path)
        ? ""
        : Reference.in(path)
            .filter(r -> r.name().contains("/") || Files.isDirectory(folder(r.name())))
            .map(this::advice)
            .orElse("");
  }

  private String advice(Reference model) {
    List<String> others = snapshots(model.name());
    String there =
        !Files.isDirectory(folder(model.name()))
            ? "it is not in the cache " + directory
            : others.isEmpty()
                ? "the cache " + directory + " has no snapshot of it"
                : "the cache "
                    + directory
                    + " does not have its revision '"
                    + model.revision()
                    + "', but "
                    + others.stream()
                        .map(commit -> model.name() + "@" + commit)
                        .collect(Collectors.joining(", "));
    return " If this is a name on the hub, " + there + "; fetch it by: " + model.fetch();
  }

  private List<String> snapshots(String name) {
    try (Stream<Path> all = Files.list(folder(name).resolve(SNAPSHOTS))) {
      return all.map(p -> p.getFileName().toString()).sorted().toList();
    } catch (IOException e) {
      return List.of();
    }
  }

  /**
   * Returns what to do where a file of a snapshot of the cache is missing, with a space before it;
   * or an empty text where the directory is no snapshot.
   */
  static String restOf(Path snapshot) {
    return nameOf(snapshot)
        .map(
            name ->
                " Hugging Face's cache has this model in part; fetch the rest by: hf download "
                    + name)
        .orElse("");
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
    if (snapshots == null || !snapshots.endsWith(SNAPSHOTS) || snapshots.getParent() == null) {
      return Optional.empty();
    }
    Matcher folder = FOLDER.matcher(String.valueOf(snapshots.getParent().getFileName()));
    return folder.matches()
        ? Optional.of(folder.group(1).replaceFirst(BETWEEN, "/"))
        : Optional.empty();
  }
}
