package dev.ligo.cli.options;

import dev.ligo.core.model.Sizes;
import java.util.Optional;
import java.util.OptionalInt;
import picocli.CommandLine.Option;

/** The options that say how large the grown model is. */
public final class SizeChoice {
  @Option(
      names = "--layers",
      paramLabel = "N",
      converter = Values.Layers.class,
      description = "The number of layers. Default: the source's")
  Optional<Integer> layers = Optional.empty();

  @Option(
      names = "--hidden",
      paramLabel = "N",
      converter = Values.Units.class,
      description = "The hidden size. Default: the source's")
  Optional<Integer> hidden = Optional.empty();

  @Option(
      names = "--heads",
      paramLabel = "N",
      converter = Values.Units.class,
      description = "The number of attention heads. Default: as many as keep the heads' width")
  Optional<Integer> heads = Optional.empty();

  @Option(
      names = "--intermediate",
      paramLabel = "N",
      converter = Values.Units.class,
      description =
          "The width of the feed-forward layers. Default: what keeps its ratio to the hidden size")
  Optional<Integer> intermediate = Optional.empty();

  /** Returns the sizes. */
  public Sizes sizes() {
    return new Sizes(of(layers), of(hidden), of(heads), of(intermediate));
  }

  private static OptionalInt of(Optional<Integer> n) {
    return n.map(OptionalInt::of).orElse(OptionalInt.empty());
  }
}
