package dev.ligo.testkit;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.ligo.api.Backend;
import dev.ligo.api.BackendOptions;
import dev.ligo.api.Backends;
import dev.ligo.core.data.DataRequest;
import dev.ligo.core.growth.GrowthMethod;
import dev.ligo.core.model.Architecture;
import dev.ligo.core.model.Sizes;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Holds a model family to what every family must satisfy. The author extends this class in a test
 * and names the family and a tiny configuration; golden files of the public implementation remain
 * to be compared with, for nothing here knows what the family is meant to compute.
 *
 * <p>Batches are made from what the tasks declare: which integers are indices, and below which
 * bound, is found by following them to what they look up.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class ArchitectureConformance {
  private Backend backend;
  private Family family;

  /** Creates the test. */
  protected ArchitectureConformance() {}

  /** Returns the family's name, such as "bert". */
  protected abstract String name();

  /**
   * Returns a tiny {@code config.json}: a few layers, units and tokens, and at least 6 positions.
   * Of it everything is computed in float64, again and again.
   */
  protected abstract String config();

  /** Returns the family; only one that is no service overrides this. */
  protected Architecture<?> architecture() {
    return ServiceLoader.load(Architecture.class).stream()
        .<Architecture<?>>map(ServiceLoader.Provider::get)
        .filter(a -> a.name().equals(name()))
        .findFirst()
        .orElseThrow(
            () ->
                new AssertionError(
                    "no service provides family '" + name() + "'; override architecture()."));
  }

  /**
   * Returns the sizes to grow to, which multiply every width by a whole number; without a word
   * twice the layers and twice the hidden size, under the usual keys.
   */
  protected Sizes larger() {
    JsonObject json = json();
    return Sizes.SAME
        .withLayers(2 * first(json, "num_hidden_layers", "n_layer", "depth"))
        .withHidden(2 * first(json, "hidden_size", "n_embd", "embed_dim"));
  }

  private static int first(JsonObject json, String... keys) {
    return Stream.of(keys)
        .filter(json::has)
        .findFirst()
        .map(k -> json.get(k).getAsInt())
        .orElseThrow(() -> new AssertionError("no key " + List.of(keys) + "; override larger()."));
  }

  /**
   * Returns what {@code config.json} says, beside the larger hidden size and as many heads, of a
   * model whose heads are wider: {@code head_dim}, doubled, where there is one; nothing where the
   * head width follows from the hidden size.
   */
  protected JsonObject widerHeads() {
    JsonObject wider = new JsonObject();
    if (json().has("head_dim")) {
      wider.addProperty("head_dim", 2 * json().get("head_dim").getAsInt());
    }
    return wider;
  }

  /**
   * Returns options that the family does not compute and must refuse, by name; {@code object.key}
   * for one inside an object.
   */
  protected Map<String, JsonElement> refused() {
    return Map.of(
        "quantization_config", JsonParser.parseString("{\"bits\": 4}"),
        "pruned_heads", JsonParser.parseString("{\"0\": [1]}"));
  }

  /**
   * Returns whether copying every unit, and halving what reads the copies, leaves the logits as
   * they are; a family of which that is not true says why.
   */
  protected boolean preservedByCopies() {
    return true;
  }

  /** Returns how far gradients may be from differences, relative to a parameter's largest. */
  protected double gradientTolerance() {
    return 1e-6;
  }

  /**
   * Returns data for the first task, or empty where the family reads none.
   *
   * @param directory an empty directory
   */
  protected Optional<DataRequest> data(Path directory) {
    return Optional.empty();
  }

  /** Opens the backend to compute on. */
  protected Backend open() {
    return Backends.open(
        Backends.preferred(), new BackendOptions(dev.ligo.api.Device.CPU, OptionalInt.of(1)));
  }

  private JsonObject json() {
    return JsonParser.parseString(config()).getAsJsonObject();
  }

  /** Opens what the tests share. */
  @BeforeAll
  public final void openShared() {
    backend = open();
    family = new Family(architecture(), json(), larger(), widerHeads(), backend);
  }

  /** Closes what the tests share. */
  @AfterAll
  public final void closeShared() {
    backend.close();
  }

  /** Parsing, writing and resizing a configuration fit together. */
  @Test
  public final void aConfigurationIsParsedWrittenAndResized() {
    ConfigurationChecks.roundTrip(family);
  }

  /** What is missing or wrong in a configuration is named. */
  @Test
  public final void aWrongConfigurationIsRefused() {
    ConfigurationChecks.wrongValues(family);
  }

  /** What the forward function would ignore is refused. */
  @Test
  public final void anOptionThatIsNotComputedIsRefused() {
    ConfigurationChecks.refusals(family, refused());
  }

  /** No two tensors have one name, in no dialect. */
  @Test
  public final void everyTensorHasANameOfItsOwn() {
    LayoutChecks.names(family);
  }

  /** Every parameter is used by a task's loss, and no other is asked for. */
  @Test
  public final void everyParameterIsUsed() {
    LayoutChecks.everyParameterIsUsed(family);
  }

  /** A larger model has the same parameters on the same axes. */
  @Test
  public final void aLargerModelHasTheSameParameters() {
    LayoutChecks.sameParametersWhenLarger(family);
  }

  /** Shapes fit, of the small model and of a larger one, and products are counted. */
  @Test
  public final void shapesFitAndProductsAreCounted() {
    ForwardChecks.shapesAndCost(family);
  }

  /** Gradients are those of finite differences. */
  @Test
  public final void gradientsAreThoseOfDifferences() {
    ForwardChecks.gradients(family, gradientTolerance());
  }

  /** What the mask leaves out changes nothing elsewhere. */
  @Test
  public final void whatIsMaskedChangesNothingElsewhere() {
    ForwardChecks.masks(family);
  }

  /** Runs of one seed are the same. */
  @Test
  public final void theSameSeedGivesTheSame() {
    ForwardChecks.seeds(family);
  }

  /** A layer may be run on some of the examples, as training strategies do. */
  @Test
  public final void aLayerMayBeRunOnSomeOfTheExamples() {
    StrategyChecks.layersOfSomeExamples(family);
  }

  /** A layer may be run on some of the tokens, as training strategies do. */
  @Test
  public final void aLayerMayBeRunOnSomeOfTheTokens() {
    StrategyChecks.layersOfSomeTokens(family);
  }

  /** Batches are what the task declares. */
  @Test
  public final void batchesAreAsDeclared(@TempDir Path scratch) {
    ForwardChecks.batches(family, data(scratch));
  }

  /** Growth to the same sizes changes no bit. */
  @TestFactory
  public final Stream<DynamicTest> growthToTheSameSizesChangesNoBit() {
    return methods().stream()
        .map(m -> DynamicTest.dynamicTest(m.name(), () -> FamilyGrowthChecks.identity(family, m)));
  }

  /** Every method grows the family to a model that loads, or refuses. */
  @TestFactory
  public final Stream<DynamicTest> everyMethodGrowsOrRefuses(@TempDir Path scratch) {
    return methods().stream()
        .flatMap(
            m ->
                family.plans().entrySet().stream()
                    .map(
                        p ->
                            DynamicTest.dynamicTest(
                                m.name() + ", " + p.getKey(),
                                () ->
                                    FamilyGrowthChecks.growsOrRefuses(
                                        family,
                                        m,
                                        p.getValue(),
                                        FamilyGrowthChecks.directory(scratch, m, p.getKey())))));
  }

  /** Where a method promises that the function stays, it stays. */
  @TestFactory
  public final Stream<DynamicTest> methodsKeepTheirPromises() {
    return methods().stream()
        .flatMap(
            m ->
                family.plans().entrySet().stream()
                    .map(
                        p ->
                            DynamicTest.dynamicTest(
                                m.name() + ", " + p.getKey(),
                                () -> FamilyGrowthChecks.promise(family, m, p.getValue()))));
  }

  /** A larger model has wider heads, or heads refuse to become wider. */
  @Test
  public final void headsBecomeWiderOrRefuse() {
    FamilyGrowthChecks.widerHeads(family);
  }

  /** Some method grows it in every direction. */
  @Test
  public final void someMethodGrowsInEveryDirection() {
    FamilyGrowthChecks.someMethodGrows(family, methods());
  }

  /** Every axis is read and written where it is said to be. */
  @Test
  public final void copiesOfEveryUnitLeaveTheLogits() {
    if (preservedByCopies()) {
      FamilyGrowthChecks.copies(family, 1e-10);
    }
  }

  /** Parameters that meet share an axis: permuting its units everywhere changes nothing. */
  @Test
  public final void unitsOfEveryAxisMayChangePlaces() {
    FamilyGrowthChecks.permutations(family, 1e-10);
  }

  /** Learning grows as applying does. */
  @Test
  public final void growthInTheProgramIsGrowthOfTheCheckpoint() {
    FamilyGrowthChecks.applicationIsTheProgramsGrowth(family);
  }

  /** Every dialect is read as it was written. */
  @Test
  public final void everyDialectIsReadAsItWasWritten(@TempDir Path scratch) {
    Directories.dialects(family, scratch);
  }

  private static List<GrowthMethod> methods() {
    List<GrowthMethod> methods = new ArrayList<>();
    ServiceLoader.load(GrowthMethod.class).forEach(methods::add);
    return methods;
  }
}
