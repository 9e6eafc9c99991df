package dev.ligo.cli.options;

import dev.ligo.core.checkpoint.HubCache;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A checkpoint's directory, or its name on the hub where Hugging Face's cache has it. */
public final class CheckpointPath implements ITypeConverter<Path> {
  /** The text of the help for an option that takes a checkpoint. */
  public static final String DESCRIPTION =
      "The checkpoint's directory, or the name of a model in the Hugging Face cache, org/name or"
          + " org/name@revision";

  private final HubCache cache;

  /** Looks in the cache that the environment names; picocli calls this. */
  public CheckpointPath() {
    this(HubCache.ofProcess());
  }

  CheckpointPath(HubCache cache) {
    this.cache = cache;
  }

  @Override
  public Path convert(String text) {
    if (text.isBlank()) {
      throw new TypeConversionException("expected the name of a checkpoint, found '" + text + "'");
    }
    try {
      return cache.locate(Path.of(text));
    } catch (InvalidPathException e) {
      throw new TypeConversionException("expected a path, found '" + text + "'");
    }
  }
}
