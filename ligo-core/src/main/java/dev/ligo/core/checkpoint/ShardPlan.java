package dev.ligo.core.checkpoint;

import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which tensors go to which file: all to one, or to shards of limited size in the order given.
 *
 * @param files the tensors of each file, by the file's name
 */
record ShardPlan(Map<String, Map<String, FileSpec>> files) {

  /**
   * Plans the files of a checkpoint.
   *
   * @param maxBytes the most that the tensors of one file may take; a larger tensor has a file
   *     alone
   */
  static ShardPlan of(Map<String, FileSpec> tensors, long maxBytes) {
    List<Map<String, FileSpec>> shards = new ArrayList<>();
    shards.add(new LinkedHashMap<>());
    long bytes = 0;
    for (Map.Entry<String, FileSpec> tensor : tensors.entrySet()) {
      long size = tensor.getValue().bytes();
      if (bytes > 0 && bytes + size > maxBytes) {
        shards.add(new LinkedHashMap<>());
        bytes = 0;
      }
      shards.get(shards.size() - 1).put(tensor.getKey(), tensor.getValue());
      bytes += size;
    }
    if (shards.size() == 1) {
      return new ShardPlan(Map.of(Weights.SINGLE, shards.get(0)));
    }
    Map<String, Map<String, FileSpec>> files = new LinkedHashMap<>();
    for (int i = 0; i < shards.size(); i++) {
      files.put(
          String.format("model-%05d-of-%05d.safetensors", i + 1, shards.size()), shards.get(i));
    }
    return new ShardPlan(files);
  }

  /** Returns whether there are several files, which need an index. */
  boolean isSharded() {
    return files.size() > 1;
  }

  /** Returns the number of bytes that the tensors take. */
  long bytes() {
    return files.values().stream()
        .flatMap(shard -> shard.values().stream())
        .mapToLong(FileSpec::bytes)
        .reduce(0, Math::addExact);
  }

  /** Returns what stands in {@code model.safetensors.index.json}. */
  JsonObject index() {
    Map<String, String> holders = new TreeMap<>();
    files.forEach((file, shard) -> shard.keySet().forEach(tensor -> holders.put(tensor, file)));
    JsonObject metadata = new JsonObject();
    metadata.addProperty("total_size", bytes());
    JsonObject weightMap = new JsonObject();
    holders.forEach(weightMap::addProperty);
    JsonObject index = new JsonObject();
    index.add("metadata", metadata);
    index.add(Weights.WEIGHT_MAP, weightMap);
    return index;
  }
}
