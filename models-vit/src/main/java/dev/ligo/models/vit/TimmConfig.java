package dev.ligo.models.vit;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.ligo.core.model.Activation;
import dev.ligo.core.model.ConfigException;
import dev.ligo.core.model.ConfigReader;
import dev.ligo.core.model.Dimensions;
import dev.ligo.core.model.Labels;
import dev.ligo.models.vit.image.CropMode;
import dev.ligo.models.vit.image.Normalization;
import dev.ligo.models.vit.image.Preparation;
import dev.ligo.models.vit.image.Preprocessing;
import dev.ligo.models.vit.image.ProcessorClass;
import dev.ligo.models.vit.image.ResizeFilter;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The {@code config.json} as {@code timm} writes it: sizes come from the named {@code
 * architecture}, where {@code model_args} does not say otherwise. What weights were trained with
 * stands in {@code pretrained_cfg}; before timm 0.8 it stood beside {@code architecture}, and is
 * read there where there is no {@code pretrained_cfg}, as timm reads it.
 */
final class TimmConfig {
  /** The value of epsilon in timm's layer normalization. */
  static final double EPSILON = 1e-6;

  private static final double DEVIATION = 0.02;

  /** The keys of the classes' names, the second in the older form. */
  private static final String NAMES = "label_names";

  private static final String OLDER_NAMES = "labels";
  private static final String PRETRAINED = "pretrained_cfg";
  private static final String ARGS = "model_args";

  /** The fields of timm's PretrainedCfg that the older form has, but for those of the classes. */
  private static final Set<String> PRETRAINED_KEYS =
      Set.of(
          "url",
          "file",
          "hf_hub_id",
          "hf_hub_filename",
          "source",
          "tag",
          "custom_load",
          "input_size",
          "test_input_size",
          "min_input_size",
          "fixed_input_size",
          "interpolation",
          "crop_pct",
          "test_crop_pct",
          "crop_mode",
          "mean",
          "std",
          "label_offset",
          "pool_size",
          "test_pool_size",
          "first_conv",
          "classifier",
          "license",
          "description",
          "origin_url",
          "paper_name",
          "paper_ids",
          "notes");

  /** The defaults of timm's PretrainedCfg: those of ImageNet. */
  private static final List<Double> MEAN = List.of(0.485, 0.456, 0.406);

  private static final List<Double> STD = List.of(0.229, 0.224, 0.225);

  /** Arguments that change nothing of what trained weights compute for images of their size. */
  private static final Set<String> WITHOUT_EFFECT =
      Set.of(
          "drop_rate",
          "pos_drop_rate",
          "patch_drop_rate",
          "proj_drop_rate",
          "attn_drop_rate",
          "drop_path_rate",
          "weight_init",
          "fix_init",
          "dynamic_img_size",
          "dynamic_img_pad",
          "strict_img_size");

  private static final Pattern VIT =
      Pattern.compile(
          "(?:vit|deit)_(tiny|small|base|large|huge)(_distilled)?_patch(\\d+)_(\\d+)(_in21k)?");
  private static final Pattern CAIT = Pattern.compile("cait_(xxs|xs|s|m)(24|36|48)_(\\d+)");

  private final ConfigReader top;
  private final ConfigReader args;
  private final ConfigReader pretrained;
  private final Named named;

  /** What the name of an architecture says. */
  private record Named(int hidden, int layers, int heads, int patch, int size) {}

  private TimmConfig(ConfigReader top, Named named) {
    this.top = top;
    this.args = top.object(ARGS);
    this.pretrained = isFlat(top.json()) ? top : top.object(PRETRAINED);
    this.named = named;
  }

  private static boolean isFlat(JsonObject config) {
    return !config.has(PRETRAINED);
  }

  private static String architecture(JsonObject config) {
    JsonElement name = config.get("architecture");
    return name != null && name.isJsonPrimitive() ? name.getAsString() : "";
  }

  static boolean isTimm(JsonObject config) {
    return !config.has("model_type") && config.has("architecture");
  }

  /** Returns whether a config names a ViT or DeiT, with a distillation token or without. */
  static boolean isVit(JsonObject config, boolean distilled) {
    Matcher m = VIT.matcher(architecture(config));
    return isTimm(config) && m.matches() && (m.group(2) != null) == distilled;
  }

  static boolean isCait(JsonObject config) {
    return isTimm(config) && CAIT.matcher(architecture(config)).matches();
  }

  static VitConfig vit(ConfigReader c) {
    Matcher m = match(VIT, c.json());
    int patch = Integer.parseInt(m.group(3));
    int size = Integer.parseInt(m.group(4));
    Named named =
        switch (m.group(1)) {
          case "tiny" -> new Named(192, 12, 3, patch, size);
          case "small" -> new Named(384, 12, 6, patch, size);
          case "base" -> new Named(768, 12, 12, patch, size);
          case "large" -> new Named(1024, 24, 16, patch, size);
          default -> new Named(1280, 32, 16, patch, size);
        };
    TimmConfig t = new TimmConfig(c, named);
    ImageShape image = t.image();
    VitConfig config =
        new VitConfig(
            t.dimensions(),
            image,
            Activation.GELU,
            EPSILON,
            0,
            0,
            DEVIATION,
            t.args.flag("qkv_bias", true),
            t.labels(),
            t.preprocessing(image),
            true);
    t.refuseTheRest();
    return config;
  }

  static CaitConfig cait(ConfigReader c) {
    Matcher m = match(CAIT, c.json());
    int layers = Integer.parseInt(m.group(2));
    int size = Integer.parseInt(m.group(3));
    Named named =
        switch (m.group(1)) {
          case "xxs" -> new Named(192, layers, 4, 16, size);
          case "xs" -> new Named(288, layers, 6, 16, size);
          case "s" -> new Named(384, layers, 8, 16, size);
          default -> new Named(768, layers, 16, 16, size);
        };
    TimmConfig t = new TimmConfig(c, named);
    ImageShape image = t.image();
    Dimensions dimensions = t.dimensions();
    CaitConfig config =
        new CaitConfig(
            dimensions,
            t.args.positive("depth_token_only", 2),
            t.width("mlp_ratio_token_only", dimensions.hidden()),
            image,
            DEVIATION,
            t.args.positiveNumber("init_values", layers == 24 ? 1e-5 : 1e-6),
            t.args.flag("qkv_bias", true),
            t.labels(),
            t.preprocessing(image));
    t.refuseTheRest();
    return config;
  }

  private static Matcher match(Pattern pattern, JsonObject json) {
    Matcher m = pattern.matcher(architecture(json));
    if (!m.matches()) {
      throw new ConfigException("config.json: 'architecture' names no model of this family.");
    }
    return m;
  }

  private Dimensions dimensions() {
    int hidden = args.positive("embed_dim", named.hidden());
    return new Dimensions(
        args.positive("depth", named.layers()),
        hidden,
        args.positive("num_heads", named.heads()),
        width("mlp_ratio", hidden));
  }

  /** Returns a feed-forward width, rounded down as timm does. */
  private int width(String key, int hidden) {
    int width = (int) (hidden * args.positiveNumber(key, 4));
    if (width < 1) {
      throw new ConfigException("config.json: 'model_args." + key + "' leaves no units.");
    }
    return width;
  }

  private ImageShape image() {
    List<Double> input = pretrained.numbers("input_size");
    if (!input.isEmpty() && input.size() != 3) {
      throw new ConfigException(
          "config.json: 'pretrained_cfg.input_size' should be channels, height and width, found "
              + input
              + ".");
    }
    boolean fixed =
        pretrained.flag("fixed_input_size", false)
            && !input.isEmpty()
            && !args.flag("dynamic_img_size", false);
    int rows = fixed ? input.get(1).intValue() : named.size();
    int columns = fixed ? input.get(2).intValue() : named.size();
    // Only where neither says otherwise: img_size beside them overrides both.
    List<Integer> size =
        args.json().has("img_size") ? args.pair("img_size", rows) : List.of(rows, columns);
    args.pair("img_size", rows);
    int channels = args.positive("in_chans", input.isEmpty() ? 3 : input.get(0).intValue());
    return ImageShape.of(channels, size, args.pair("patch_size", named.patch()));
  }

  /** Returns the classes; none, which timm writes for an encoder alone, are allowed. */
  private Labels labels() {
    double inside = args.number("num_classes", pretrained.number("num_classes", 1000));
    double n = top.number("num_classes", inside);
    if (n != Math.rint(n) || n < 0 || n > Integer.MAX_VALUE) {
      throw new ConfigException(
          "config.json: 'num_classes' should be a whole number, found " + n + ".");
    }
    List<String> names = top.numbered(NAMES);
    if (names.isEmpty()) {
      names = pretrained.numbered(isFlat(top.json()) ? OLDER_NAMES : NAMES);
    }
    return names.size() == (int) n ? new Labels(names) : Labels.unnamed((int) n);
  }

  private Preprocessing preprocessing(ImageShape image) {
    List<Double> mean = pretrained.numbers("mean");
    List<Double> deviation = pretrained.numbers("std");
    int channels = image.channels();
    Normalization normalization =
        Normalization.of(
            adapted(mean.isEmpty() ? MEAN : mean, channels),
            adapted(deviation.isEmpty() ? STD : deviation, channels),
            channels);
    return new Preprocessing(
        ProcessorClass.VIT,
        Preparation.ofTimm(
            image.shape(),
            pretrained.oneOf("interpolation", ResizeFilter.class, "bicubic"),
            pretrained.positiveNumber("crop_pct", 0.875),
            pretrained.oneOf("crop_mode", CropMode.class, "center"),
            normalization.mean()),
        normalization);
  }

  /** Returns numbers for other channels than they were published for, their mean as timm does. */
  private static List<Double> adapted(List<Double> numbers, int channels) {
    double mean = numbers.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
    return numbers.size() == channels ? numbers : Collections.nCopies(channels, mean);
  }

  /** Refuses arguments that change what timm computes and are not computed here. */
  private void refuseTheRest() {
    top.refuseUnless("global_pool", "\"token\"");
    args.refuseUnless("global_pool", "\"token\"");
    args.refuseUnless("pos_embed", "\"learn\"");
    args.refuseUnless("act_layer", "\"gelu\"");
    args.refuseUnless("norm_layer", "\"layernorm\"");
    for (String on : List.of("class_token", "proj_bias", "final_norm")) {
      args.refuseUnless(on, "true");
    }
    for (String key : args.json().keySet()) {
      boolean off = args.json().get(key).toString().matches("false|0|0\\.0");
      if (!off && !WITHOUT_EFFECT.contains(key) && !args.asked().contains(ARGS + "." + key)) {
        args.refuse(key);
      }
    }
  }

  /** Writes the sizes that a grown model has into {@code model_args}. */
  static void write(VisionConfig c, JsonObject json) {
    if (isFlat(json)) {
      nest(json);
    }
    JsonObject args = json.has(ARGS) ? json.getAsJsonObject(ARGS) : new JsonObject();
    json.add(ARGS, args);
    Dimensions d = c.dimensions();
    ImageShape image = c.image();
    args.add("img_size", HuggingFaceConfig.size(image));
    args.addProperty("patch_size", image.patchRows());
    args.addProperty("in_chans", image.channels());
    args.addProperty("embed_dim", d.hidden());
    args.addProperty("depth", d.layers());
    args.addProperty("num_heads", d.heads());
    args.addProperty("mlp_ratio", ratio(d.intermediate(), d.hidden()));
    args.remove("num_classes");
    json.addProperty("num_classes", c.labels().size());
    json.remove(NAMES);
    if (!c.labels().isUnnamed()) {
      JsonArray names = new JsonArray();
      c.labels().names().forEach(names::add);
      json.add(NAMES, names);
    }
    json.addProperty("num_features", d.hidden());
    if (json.get(PRETRAINED) instanceof JsonObject pretrained) {
      pretrained.remove(NAMES); // those beside it hold
      pretrained.addProperty("num_classes", c.labels().size());
      JsonArray input = new JsonArray();
      input.add(image.channels());
      input.add(image.rows());
      input.add(image.columns());
      pretrained.add("input_size", input);
    }
  }

  /** Turns the older form, whose {@code model_args} timm would not read, into the newer. */
  private static void nest(JsonObject json) {
    JsonObject pretrained = new JsonObject();
    for (String key : List.copyOf(json.keySet())) {
      if (PRETRAINED_KEYS.contains(key)) {
        pretrained.add(key, json.remove(key));
      }
    }
    json.remove(OLDER_NAMES);
    json.add(PRETRAINED, pretrained);
  }

  /** Returns the ratio from which timm, rounding down, gets a width. */
  static double ratio(int width, int hidden) {
    double ratio = (double) width / hidden;
    return (int) (hidden * ratio) == width ? ratio : Math.nextUp(ratio);
  }
}
