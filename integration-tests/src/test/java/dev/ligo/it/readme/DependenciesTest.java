package dev.ligo.it.readme;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Holds the tables of dependencies to the list of parts that the build writes. */
class DependenciesTest {
  private static final Path LIST = Path.of("../ligo-cli/target/dist/sbom.cdx.json");
  private static final Path TABLES = Path.of("../docs/decisions/0001-dependencies.md");

  /** The first two cells of a row: artifacts, and their licence. */
  private static final Pattern ROW = Pattern.compile("(?m)^\\| (`[^|]+:[^|]+`) \\| ([^|]+) \\|.+");

  private static final Pattern ARTIFACT = Pattern.compile("`([^`]+)`");

  /** The profile for a GPU takes another native. */
  private static final Pattern ON_GPU = Pattern.compile("pytorch-native-cu\\d+");

  @Test
  void everyPartIsNamedWithItsLicence() throws Exception {
    boolean built = Files.exists(LIST);
    assertThat(built || System.getenv("CI") == null).as("the list of parts is built").isTrue();
    assumeTrue(built, "mvn test packages nothing, and mvn -o makes no list of parts");
    assertThat(documented()).isEqualTo(shipped());
  }

  private static Map<String, String> documented() throws Exception {
    Map<String, String> licences = new TreeMap<>();
    Matcher row = ROW.matcher(Files.readString(TABLES));
    while (row.find()) {
      Matcher artifact = ARTIFACT.matcher(row.group(1));
      while (artifact.find()) {
        licences.put(artifact.group(1), row.group(2));
      }
    }
    return licences;
  }

  private static Map<String, String> shipped() throws Exception {
    Map<String, String> licences = new TreeMap<>();
    JsonObject list = JsonParser.parseString(Files.readString(LIST)).getAsJsonObject();
    for (JsonElement each : list.getAsJsonArray("components")) {
      JsonObject part = each.getAsJsonObject();
      String group = part.get("group").getAsString();
      if (!group.equals("dev.ligo")) {
        String name =
            ON_GPU.matcher(part.get("name").getAsString()).replaceFirst("pytorch-native-cpu");
        licences.put(group + ":" + name, licence(part));
      }
    }
    return licences;
  }

  private static String licence(JsonObject part) {
    List<String> names = new ArrayList<>();
    for (JsonElement each : part.getAsJsonArray("licenses")) {
      JsonObject licence = each.getAsJsonObject().getAsJsonObject("license");
      names.add(licence.get(licence.has("id") ? "id" : "name").getAsString());
    }
    return String.join(" or ", names);
  }
}
