package dev.ligo.core.recipe;

import dev.ligo.api.LigoException;
import dev.ligo.core.checkpoint.FileDType;
import dev.ligo.core.checkpoint.HubCache;
import dev.ligo.core.data.GitLfs;
import dev.ligo.core.growth.LayerSlices;
import dev.ligo.core.io.RegularFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A recipe of mergekit (Goddard et al., "Arcee's MergeKit: A Toolkit for Merging Large Language
 * Models", EMNLP 2024) that makes one model deeper: its merge method {@code passthrough} on slices
 * of one source.
 *
 * @param model the source, as the recipe names it: a path, or a name that says nothing here
 * @param slices the layers, and what tensors are scaled by
 * @param dtype what values are rounded to before they are scaled, and after; the source's if empty
 * @param outDtype what they are stored as; {@code dtype} if empty
 */
public record MergeRecipe(
    String model, LayerSlices slices, Optional<FileDType> dtype, Optional<FileDType> outDtype) {

  /** The longest recipe that is read, in bytes. */
  private static final int LONGEST = 1 << 20;

  /**
   * Reads a recipe: YAML 1.2 with the keys {@code merge_method}, which is {@code passthrough},
   * {@code slices} of one of {@code sources} each, with {@code model}, {@code layer_range} and
   * {@code parameters.scale}, {@code parameters} of slices and of all, {@code dtype}, {@code
   * out_dtype}, {@code base_model} and {@code tokenizer_source}, which is {@code base}.
   *
   * @param file the file
   * @return the recipe
   * @throws RecipeException if the file cannot be read, is no YAML, or says what is not done here:
   *     another method, several models, another key
   */
  public static MergeRecipe read(Path file) {
    try {
      if (Files.size(file) > LONGEST) {
        throw new RecipeException(
            file
                + ": a recipe has at most "
                + LONGEST
                + " bytes, found "
                + Files.size(file)
                + "; name a file in YAML.");
      }
      String text = RegularFile.text(file);
      if (GitLfs.isPointer(text)) {
        throw new RecipeException(file + ": " + GitLfs.POINTER);
      }
      return new RecipeReader(file.toString()).recipe(text);
    } catch (IOException e) {
      throw new RecipeException(
          file
              + ": the recipe cannot be read: "
              + LigoException.reason(e)
              + "; name a file in YAML.",
          e);
    }
  }

  /**
   * {@return the directory of the source} As mergekit does, it takes the path from the working
   * directory on; where there is none, from the recipe's directory on; where there is none either,
   * a name as in {@code org/name} is looked for in {@link HubCache Hugging Face's cache}.
   *
   * @param file the file of this recipe
   * @throws RecipeException if there is neither
   */
  public Path source(Path file) {
    HubCache cache = HubCache.ofProcess();
    String advice = "";
    try {
      Path here = Path.of(model);
      Path beside = file.resolveSibling(here);
      if (Files.isDirectory(here) || Files.isDirectory(beside)) {
        return Files.isDirectory(here) ? here : beside;
      }
      Path cached = cache.locate(here);
      if (Files.isDirectory(cached)) {
        return cached;
      }
      advice = cache.advice(here);
    } catch (InvalidPathException e) {
      // A text that is no path names no directory.
    }
    throw new RecipeException(
        file
            + ": the recipe's model '"
            + model
            + "' is no directory, neither here nor beside the recipe; name the checkpoint that it"
            + " stands for."
            + advice);
  }

  /**
   * {@return this recipe for another source}
   *
   * @param other the source
   */
  public MergeRecipe of(String other) {
    return new MergeRecipe(other, slices, dtype, outDtype);
  }

  /** {@return the recipe as YAML, which {@link #read} and mergekit read} */
  public String yaml() {
    return RecipeWriter.yaml(this);
  }
}
