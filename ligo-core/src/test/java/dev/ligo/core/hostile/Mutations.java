package dev.ligo.core.hostile;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Damages files: single bytes, stretches of them, and the values of the JSON that they hold. */
final class Mutations {
  /** Values that a careless reader takes for what it expects. */
  private static final List<JsonElement> HOSTILE =
      List.of(
          JsonNull.INSTANCE,
          new JsonPrimitive(true),
          new JsonPrimitive(""),
          new JsonPrimitive("\u0000\n\u001b[2J"),
          number("-1"),
          number("0"),
          number("-0"),
          number("1.5"),
          number("1e3"),
          number("1e309"),
          number("-1e309"),
          number("1e999999999"),
          number("1e30"),
          number("2147483647"),
          number("2147483648"),
          number("9223372036854775807"),
          number("-9223372036854775808"),
          number("123456789012345678901234567890"),
          new JsonArray(),
          new JsonObject(),
          JsonParser.parseString("[" + "[".repeat(200) + "]".repeat(200) + "]"),
          JsonParser.parseString("{\"\":[{}]}"));

  private static final float[] NUMBERS = {
    Float.NaN, Float.POSITIVE_INFINITY, Float.MAX_VALUE, -1e30f, Float.MIN_VALUE, -0f
  };

  private final Random random;

  Mutations(long seed) {
    this.random = new Random(seed);
  }

  private static JsonElement number(String literal) {
    return JsonParser.parseString(literal);
  }

  /** Returns a JSON file with a damage. */
  byte[] json(byte[] whole) {
    return random.nextInt(3) == 0
        ? bytes(whole)
        : mutated(new String(whole, StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8);
  }

  /** Returns a safetensors file with a damage in its bytes, its header or its numbers. */
  byte[] safetensors(byte[] whole) {
    int length = Math.toIntExact(order(whole).getLong(0));
    return switch (random.nextInt(4)) {
      case 0 -> bytes(whole);
      case 1 -> otherNumber(whole, length);
      default -> otherHeader(whole, length);
    };
  }

  private byte[] otherNumber(byte[] whole, int length) {
    byte[] numbers = whole.clone();
    int places = (whole.length - Long.BYTES - length) / Float.BYTES;
    if (places > 0) {
      int at = Long.BYTES + length + Float.BYTES * random.nextInt(places);
      order(numbers).putFloat(at, NUMBERS[random.nextInt(NUMBERS.length)]);
    }
    return numbers;
  }

  private byte[] otherHeader(byte[] whole, int length) {
    String header = new String(whole, Long.BYTES, length, StandardCharsets.UTF_8);
    byte[] changed = mutated(header).getBytes(StandardCharsets.UTF_8);
    ByteBuffer file =
        ByteBuffer.allocate(whole.length - length + changed.length).order(ByteOrder.LITTLE_ENDIAN);
    file.putLong(changed.length).put(changed);
    return file.put(whole, Long.BYTES + length, whole.length - Long.BYTES - length).array();
  }

  private static ByteBuffer order(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private byte[] bytes(byte[] whole) {
    byte[] b = whole.clone();
    int at = random.nextInt(b.length);
    int length = 1 + random.nextInt(Math.min(16, b.length - at));
    return switch (random.nextInt(4)) {
      case 0 -> {
        b[at] ^= (byte) (1 << random.nextInt(8));
        yield b;
      }
      case 1 -> Arrays.copyOf(b, at);
      case 2 -> {
        Arrays.fill(b, at, at + length, (byte) random.nextInt(256));
        yield b;
      }
      default ->
          ByteBuffer.allocate(b.length + length)
              .put(b, 0, at + length)
              .put(b, at, b.length - at)
              .array();
    };
  }

  /** Returns a text of JSON in which one value is another; a text in it may be JSON, too. */
  private String mutated(String text) {
    JsonElement root = JsonParser.parseString(text);
    List<Runnable> changes = new ArrayList<>();
    collect(root, changes);
    if (!changes.isEmpty()) {
      changes.get(random.nextInt(changes.size())).run();
    }
    return root.toString();
  }

  private void collect(JsonElement e, List<Runnable> changes) {
    if (e instanceof JsonObject o) {
      for (String key : List.copyOf(o.keySet())) {
        JsonElement value = o.get(key);
        changes.add(() -> o.add(key, other(value, o.get(any(List.copyOf(o.keySet()))))));
        changes.add(() -> o.remove(key));
        changes.add(
            () -> {
              o.remove(key);
              o.add(key + "x", value);
            });
        collect(value, changes);
      }
    } else if (e instanceof JsonArray a) {
      for (int i = 0; i < a.size(); i++) {
        int at = i;
        changes.add(() -> a.set(at, other(a.get(at), a.get(random.nextInt(a.size())))));
        changes.add(() -> a.remove(at));
        collect(a.get(i), changes);
      }
    }
  }

  private JsonElement other(JsonElement value, JsonElement sibling) {
    boolean holdsJson =
        value instanceof JsonPrimitive p
            && p.isString()
            && (p.getAsString().startsWith("{") || p.getAsString().startsWith("["));
    if (holdsJson && random.nextInt(8) > 0) {
      return new JsonPrimitive(mutated(value.getAsString()));
    }
    return random.nextInt(6) == 0 ? sibling.deepCopy() : any(HOSTILE).deepCopy();
  }

  private <T> T any(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }
}
