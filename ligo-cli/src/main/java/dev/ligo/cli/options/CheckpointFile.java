package dev.ligo.cli.options;

import dev.ligo.core.Ligo;
import dev.ligo.core.checkpoint.HubCache;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A file of a checkpoint: its path, the directory that it is in, or the checkpoint's name on the
 * hub where Hugging Face's cache has it.
 */
public abstract class CheckpointFile implements ITypeConverter<Path> {
  /** The config of a checkpoint. */
  public static final class Config extends CheckpointFile {
    /** Looks in the cache that the environment names; picocli calls this. */
    public Config() {
      this(HubCache.ofProcess());
    }

    Config(HubCache cache) {
      super(cache, "config.json");
    }
  }

  /** The tokenizer of a checkpoint. */
  public static final class Tokenizer extends CheckpointFile {
    /** Looks in the cache that the environment names; picocli calls this. */
    public Tokenizer() {
      this(HubCache.ofProcess());
    }

    Tokenizer(HubCache cache) {
      super(cache, Ligo.TOKENIZER);
    }
  }

  private final HubCache cache;
  private final String name;

  private CheckpointFile(HubCache cache, String name) {
    this.cache = cache;
    this.name = name;
  }

  @Override
  public Path convert(String text) {
    Path found = new CheckpointPath(cache).convert(text);
    Path file = Files.isDirectory(found) ? found.resolve(name) : found;
    String advice = cache.advice(found);
    // A bare word is as likely a file that isn't there: whoever reads it says so.
    if (!advice.isEmpty() && found.getNameCount() > 1) {
      throw new TypeConversionException("there is no file '" + text + "'." + advice);
    }
    return file;
  }
}
