package dev.ligo.cli.demo;

import dev.ligo.api.LigoException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/**
 * What the demo begins with.
 *
 * @param small the directory of a small pretrained checkpoint
 * @param train the text to train on
 * @param validation the text to evaluate on
 */
record DemoData(Path small, Path train, Path validation) {
  /** The directory of the checkpoint. */
  static final String SMALL = "small";

  private static final List<String> CHECKPOINT =
      List.of("config.json", "model.safetensors", "tokenizer.json", "training.json");

  /** Copies what is built into the command to a directory, where other commands can use it too. */
  static DemoData unpack(Path directory) {
    Path small = directory.resolve(SMALL);
    Path corpus = directory.resolve("corpus");
    DemoData data =
        new DemoData(small, corpus.resolve("train.txt.gz"), corpus.resolve("validation.txt.gz"));
    try {
      Files.createDirectories(small);
      Files.createDirectories(corpus);
      for (String name : CHECKPOINT) {
        copy(SMALL + "/" + name, small.resolve(name));
      }
      for (Path text : List.of(data.train(), data.validation())) {
        copy(text.getFileName().toString(), text);
      }
      return data;
    } catch (IOException e) {
      throw new LigoException(
          "unpacking the demo's data into " + directory + ": " + LigoException.reason(e) + ".", e);
    }
  }

  private static void copy(String resource, Path file) throws IOException {
    try (InputStream in = DemoData.class.getResourceAsStream(resource)) {
      Files.copy(Objects.requireNonNull(in, resource), file);
    }
  }
}
