package dev.ligo.it.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.ligo.core.plan.GrowthPoint;
import dev.ligo.core.plan.PowerLaw;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Curves of loss, and where growing pays most, held against the same by SciPy. */
class CurvesByScipyTest {
  /** Of losses and their shares; both sides stop at about 1e-9 of the exponent. */
  private static final double CLOSE = 1e-5;

  private static Stream<JsonObject> golden(String key) throws IOException {
    Path file = Path.of("src/test/resources/golden/plan/curves.json");
    JsonObject all = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
    return StreamSupport.stream(all.getAsJsonArray(key).spliterator(), false)
        .map(JsonElement::getAsJsonObject);
  }

  static Stream<JsonObject> curves() throws IOException {
    return golden("curves");
  }

  static Stream<JsonObject> points() throws IOException {
    return golden("equal_slopes");
  }

  @ParameterizedTest
  @MethodSource("curves")
  void aFitIsThatOfScipy(JsonObject expected) {
    JsonArray x = expected.getAsJsonArray("x");
    List<PowerLaw.Point> points = new ArrayList<>();
    for (int i = 0; i < x.size(); i++) {
      double loss = expected.getAsJsonArray("loss").get(i).getAsDouble();
      points.add(new PowerLaw.Point(x.get(i).getAsDouble(), loss));
    }
    PowerLaw law = PowerLaw.fit(points);
    double middle = expected.get("middle").getAsDouble();
    double scale = expected.get("scale_at_middle").getAsDouble();
    assertThat(law.floor()).isCloseTo(expected.get("floor").getAsDouble(), within(CLOSE));
    assertThat(law.at(middle) - law.floor()).isCloseTo(scale, within(CLOSE));
    assertThat(law.exponent()).isCloseTo(expected.get("exponent").getAsDouble(), within(CLOSE));
    assertThat(law.deviation()).isCloseTo(expected.get("deviation").getAsDouble(), within(CLOSE));
  }

  @ParameterizedTest
  @MethodSource("points")
  void thePointOfEqualSlopesIsThatOfScipyAndTheSlopesAreEqual(JsonObject expected) {
    PowerLaw small = law(expected.getAsJsonArray("small"));
    PowerLaw large = law(expected.getAsJsonArray("large"));
    double cost = expected.get("cost").getAsDouble();
    GrowthPoint point = GrowthPoint.keepingTheLoss(small, large, cost, 1);
    assertThat(point.length()).isCloseTo(expected.get("length").getAsDouble(), within(CLOSE));
    assertThat(point.net()).isCloseTo(expected.get("net").getAsDouble(), within(CLOSE));
    double reached = large.reaches(small.at(point.length())).orElseThrow();
    assertThat(small.slope(point.length()) / cost)
        .as("the loss over compute, of both at the same loss")
        .isCloseTo(large.slope(reached), within(1e-4));
  }

  private static PowerLaw law(JsonArray values) {
    return new PowerLaw(
        values.get(0).getAsDouble(), values.get(1).getAsDouble(), values.get(2).getAsDouble(), 0);
  }
}
