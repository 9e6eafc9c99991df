package dev.ligo.core.checkpoint;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.ligo.api.HostArray;
import dev.ligo.api.Shape;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;

/** A checkpoint of three tensors, in one file of weights or in several. */
final class TinyCheckpoint {
  static final String CONFIG = "{\"model_type\": \"tiny\", \"layer_norm_eps\": 1e-12, \"x\": null}";

  private TinyCheckpoint() {}

  static Map<String, FileSpec> specs() {
    Map<String, FileSpec> specs = new LinkedHashMap<>();
    specs.put("layer.weight", new FileSpec(FileDType.F32, Shape.of(2, 2)));
    specs.put("layer.bias", new FileSpec(FileDType.F16, Shape.of(2)));
    specs.put("ids", new FileSpec(FileDType.I64, Shape.of(1, 2)));
    return specs;
  }

  static Map<String, HostArray> values() {
    return Map.of(
        "layer.weight", HostArray.of(Shape.of(2, 2), 1f, 2f, 3f, 4f),
        "layer.bias", HostArray.of(Shape.of(2), 0.5f, -0.5f),
        "ids", HostArray.of(Shape.of(1, 2), 7L, 8L));
  }

  static JsonObject config() {
    return JsonParser.parseString(CONFIG).getAsJsonObject();
  }

  /** Writes the checkpoint with at most so many bytes of tensors in a file. */
  static Path write(Path destination, long maxShardBytes) {
    try (HuggingFaceWriter out =
        create(destination, maxShardBytes, new FullDisk(OptionalLong.empty(), Long.MAX_VALUE))) {
      fill(out);
      out.commit();
    }
    return destination;
  }

  static HuggingFaceWriter create(Path destination, long maxShardBytes, Disk disk) {
    ShardPlan plan = ShardPlan.of(specs(), maxShardBytes);
    return HuggingFaceWriter.create(destination, plan, Map.of("seed", "1"), disk);
  }

  /** Writes everything, tensors last. */
  static void fill(HuggingFaceWriter out) {
    out.config(config());
    values().forEach(out::write);
  }
}
