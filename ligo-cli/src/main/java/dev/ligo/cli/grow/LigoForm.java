package dev.ligo.cli.grow;

import dev.ligo.api.LigoException;
import dev.ligo.cli.options.MethodNames;
import dev.ligo.cli.options.Values;
import dev.ligo.cli.options.Words;
import dev.ligo.core.Ligo;
import dev.ligo.core.growth.AxisMap;
import dev.ligo.core.growth.GrowthMethod;
import dev.ligo.core.growth.method.LigoMethod;
import dev.ligo.core.growth.method.LigoOptions;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options that say in which of its forms LiGO learns, and from where. */
final class LigoForm {
  static final class Forms extends Words<AxisMap.Form> {
    Forms() {
      super(AxisMap.Form.class);
    }
  }

  static final class Sharings extends Words<AxisMap.Sharing> {
    Sharings() {
      super(AxisMap.Sharing.class);
    }
  }

  static final class DepthStarts extends Words<LigoOptions.DepthStart> {
    DepthStarts() {
      super(LigoOptions.DepthStart.class);
    }
  }

  static final class WidthStarts extends Words<LigoOptions.WidthStart> {
    WidthStarts() {
      super(LigoOptions.WidthStart.class);
    }
  }

  @Option(
      names = "--form",
      paramLabel = "FORM",
      converter = Forms.class,
      completionCandidates = Forms.class,
      description = {
        "What of a width factor is learned: all of it (dense), or the rows below an identity"
            + " (rows).",
        "Default: dense"
      })
  Optional<AxisMap.Form> form = Optional.empty();

  @Option(
      names = "--sharing",
      paramLabel = "LAYERS",
      converter = Sharings.class,
      completionCandidates = Sharings.class,
      description = {
        "Whether all layers share the factors of queries, keys, values and feed-forward units"
            + " (shared), or each large or each small layer has its own (large, small).",
        "Default: shared"
      })
  Optional<AxisMap.Sharing> sharing = Optional.empty();

  @Option(
      names = "--start",
      paramLabel = "METHOD",
      completionCandidates = MethodNames.class,
      description = {
        "The method whose operator the factors begin as.",
        "Default: none, the rules below"
      })
  Optional<String> start = Optional.empty();

  @Option(
      names = "--depth-start",
      paramLabel = "DEPTH",
      converter = DepthStarts.class,
      completionCandidates = DepthStarts.class,
      description = "How depth factors begin by rule: ${COMPLETION-CANDIDATES}. Default: stack")
  Optional<LigoOptions.DepthStart> depthStart = Optional.empty();

  @Option(
      names = "--depth-noise",
      paramLabel = "X",
      converter = Values.NotNegative.class,
      description = "The largest uniform noise added to them, below 1. Default: 0")
  Optional<Double> depthNoise = Optional.empty();

  @Option(
      names = "--width-start",
      paramLabel = "WIDTH",
      converter = WidthStarts.class,
      completionCandidates = WidthStarts.class,
      description = "How width factors begin by rule: ${COMPLETION-CANDIDATES}. Default: random")
  Optional<LigoOptions.WidthStart> widthStart = Optional.empty();

  @Option(
      names = "--width-noise",
      paramLabel = "X",
      converter = Values.NotNegative.class,
      description = {
        "The deviation of normal noise added to width factors, below 1; it parts the copies of"
            + " a unit.",
        "Default: 0.003"
      })
  Optional<Double> widthNoise = Optional.empty();

  /**
   * Returns a method in the form that the options name.
   *
   * @param ligo knows the methods to start from
   * @throws LigoException if the options contradict each other or the method
   */
  GrowthMethod applyTo(GrowthMethod method, Ligo ligo) {
    if (isPlain()) {
      return method;
    }
    if (!(method instanceof LigoMethod)) {
      throw new LigoException(
          "the forms of LiGO, from --form to --width-noise, are not for method '"
              + method.name()
              + "'");
    }
    if (start.isPresent() && byRule()) {
      throw new LigoException(
          "--start takes the factors from another method; --depth-start, --depth-noise and"
              + " --width-start are rules of LiGO's own: give one or the other");
    }
    LigoOptions options = LigoOptions.defaults();
    options = form.map(options::withForm).orElse(options);
    options = sharing.map(options::withSharing).orElse(options);
    options = widthNoise.map(options::withWidthNoise).orElse(options);
    return new LigoMethod(withStart(options, ligo));
  }

  private boolean isPlain() {
    return form.isEmpty()
        && sharing.isEmpty()
        && start.isEmpty()
        && widthNoise.isEmpty()
        && !byRule();
  }

  private boolean byRule() {
    return depthStart.isPresent() || depthNoise.isPresent() || widthStart.isPresent();
  }

  private LigoOptions withStart(LigoOptions options, Ligo ligo) {
    if (start.isPresent()) {
      return options.withStart(ligo.method(start.get()));
    }
    return options.withStart(
        depthStart.orElse(options.depth()),
        depthNoise.orElse(options.depthNoise()),
        widthStart.orElse(options.width()));
  }
}
