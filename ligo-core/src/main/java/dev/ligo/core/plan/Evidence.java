package dev.ligo.core.plan;

import dev.ligo.core.checkpoint.JsonValue;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;

/**
 * What comparisons measured of growing, as a forecast needs it. Every figure is a share: of the
 * compute of a model from scratch, of its steps, or of the loss that it loses from its first
 * evaluation to its last.
 *
 * @param fields the comparisons, one for each family
 */
public record Evidence(List<Field> fields) {
  private static final String RESOURCE = "measured.json";

  /** In what a small model is smaller than the one that it grows into. */
  public enum Kind {
    /** Half the layers, and half the width. */
    BOTH,
    /** Half the layers. */
    DEPTH,
    /** Half the width. */
    WIDTH;

    /** {@return the word for it in files and messages} */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * A comparison of one family.
   *
   * @param family the family's name
   * @param results where its runs stand
   * @param parameters those of the large model
   * @param flops the floating-point operations of training it from scratch
   * @param sources what was grown
   * @param unlearned the share of scratch's fall of loss that small models of {@link Kind#BOTH}
   *     lack, by the length of their training, each under a schedule of its own
   */
  public record Field(
      String family,
      String results,
      long parameters,
      double flops,
      List<Source> sources,
      List<PowerLaw.Point> unlearned) {
    /**
     * Copies the lists.
     *
     * @param family the family's name
     * @param results where its runs stand
     * @param parameters those of the large model
     * @param flops the floating-point operations of training it from scratch
     * @param sources what was grown
     * @param unlearned the share of scratch's fall of loss that small models lack, by length
     */
    public Field {
      sources = List.copyOf(sources);
      unlearned = List.copyOf(unlearned);
    }

    /**
     * {@return the small models of a kind}
     *
     * @param kind the kind
     */
    public Optional<Source> source(Kind kind) {
      return sources.stream().filter(s -> s.kind() == kind).findFirst();
    }
  }

  /**
   * A small model that was grown.
   *
   * @param kind in what it is smaller
   * @param cost what its training took, as a share of scratch's compute
   * @param learned what it has learned, as a share of what scratch learns; 1 where no run tells,
   *     which makes little of what it is worth
   * @param savings what each method saved from it with each seed, the small model's training not
   *     counted; empty where a run never reached scratch's final loss
   */
  public record Source(
      Kind kind, double cost, double learned, Map<String, List<OptionalDouble>> savings) {
    /**
     * Copies the savings.
     *
     * @param kind in what it is smaller
     * @param cost what its training took, as a share of scratch's compute
     * @param learned what it has learned, as a share of what scratch learns
     * @param savings what each method saved from it with each seed
     */
    public Source {
      savings = Map.copyOf(savings);
    }

    /**
     * {@return what a small model that had learned all would have saved by a method, with each
     * seed; empty where a run never reached scratch's final loss, or the method was not run}
     *
     * @param method the method
     */
    public Optional<List<Double>> worth(String method) {
      List<OptionalDouble> all = savings.getOrDefault(method, List.of());
      return all.isEmpty() || all.stream().anyMatch(OptionalDouble::isEmpty)
          ? Optional.empty()
          : Optional.of(all.stream().map(s -> s.getAsDouble() / learned).toList());
    }
  }

  /**
   * Copies the list.
   *
   * @param fields the comparisons, one for each family
   */
  public Evidence {
    fields = List.copyOf(fields);
  }

  /** {@return what is published with ligo: small models of three layers, grown to twice that} */
  public static Evidence published() {
    try (InputStream in = Evidence.class.getResourceAsStream(RESOURCE)) {
      byte[] bytes = Objects.requireNonNull(in, RESOURCE).readAllBytes();
      return parse(new String(bytes, StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * {@return what a text says}
   *
   * @param json the text
   * @throws PlanException if it is not what it should be
   */
  public static Evidence parse(String json) {
    JsonValue root = JsonValue.parse(json, problem -> new PlanException("measured: " + problem));
    return new Evidence(root.get("fields").elements().stream().map(Evidence::field).toList());
  }

  private static Field field(JsonValue o) {
    return new Field(
        o.get("family").text(),
        o.get("results").text(),
        o.get("parameters").whole(1, Long.MAX_VALUE),
        o.get("flops").number(),
        o.get("sources").elements().stream().map(Evidence::source).toList(),
        o.get("unlearned").elements().stream()
            .map(JsonValue::elements)
            .map(p -> new PowerLaw.Point(p.get(0).number(), p.get(1).number()))
            .toList());
  }

  private static Source source(JsonValue o) {
    Map<String, List<OptionalDouble>> savings = new TreeMap<>();
    o.get("savings")
        .members()
        .forEach(
            (method, all) ->
                savings.put(
                    method,
                    all.elements().stream()
                        .map(
                            s ->
                                s.isNull() ? OptionalDouble.empty() : OptionalDouble.of(s.number()))
                        .toList()));
    return new Source(
        Kind.valueOf(o.get("kind").text().toUpperCase(Locale.ROOT)),
        o.get("cost").number(),
        o.get("learned").number(),
        savings);
  }

  /**
   * {@return what is known without a family, to plan for it as for one that was never measured}
   *
   * @param family the family's name
   */
  public Evidence without(String family) {
    return new Evidence(fields.stream().filter(f -> !f.family().equals(family)).toList());
  }

  /**
   * {@return the comparison of a family, if there is one}
   *
   * @param family the family's name
   */
  public Optional<Field> of(String family) {
    return fields.stream().filter(f -> f.family().equals(family)).findFirst();
  }

  /**
   * {@return how small models learn: the curve of the family, if it was measured at two lengths at
   * least, or else those of the other families}
   *
   * @param family the family's name
   * @param kind in what the small model is smaller; models of {@link Kind#BOTH} were measured
   * @throws PlanException if none was
   */
  public Unlearned unlearned(String family, Kind kind) {
    Unlearned measured = unlearned(family);
    return kind == Kind.BOTH ? measured : measured.ofOtherSizes();
  }

  private Unlearned unlearned(String family) {
    List<PowerLaw.Point> own = of(family).map(Field::unlearned).orElse(List.of());
    if (own.size() > 1) {
      return Unlearned.measured(own);
    }
    List<List<PowerLaw.Point>> others =
        fields.stream().map(Field::unlearned).filter(c -> c.size() > 1).toList();
    if (others.isEmpty()) {
      throw new PlanException(
          "nothing was measured of how fast small models learn; train some for a short time.");
    }
    return Unlearned.ofOthers(others);
  }
}
