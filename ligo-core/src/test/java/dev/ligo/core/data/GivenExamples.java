package dev.ligo.core.data;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** Examples, each a content and a label with a colon between. */
public record GivenExamples(List<String> examples) implements LabelledExamples {
  /** Creates examples. */
  public static GivenExamples of(String... examples) {
    return new GivenExamples(List.of(examples));
  }

  @Override
  public int size() {
    return examples.size();
  }

  @Override
  public String label(int example) {
    return examples.get(example).split(":", 2)[1];
  }

  @Override
  public byte[] content(int example) {
    return examples.get(example).split(":", 2)[0].getBytes(StandardCharsets.UTF_8);
  }
}
