package dev.ligo.models.vit.image;

import dev.ligo.core.data.LabelledExamples;
import java.util.List;
import java.util.function.BiFunction;

/**
 * The images of several sources, one after the other.
 *
 * @param sources the sources
 */
record JoinedImages(List<LabelledExamples> sources) implements LabelledExamples {
  @Override
  public int size() {
    return sources.stream().mapToInt(LabelledExamples::size).sum();
  }

  @Override
  public String label(int image) {
    return at(image, LabelledExamples::label);
  }

  @Override
  public byte[] content(int image) {
    return at(image, LabelledExamples::content);
  }

  @Override
  public List<String> labels() {
    return LabelledExamples.ordered(
        sources.stream().flatMap(s -> s.labels().stream()).distinct().toList());
  }

  private <T> T at(int image, BiFunction<LabelledExamples, Integer, T> use) {
    int i = image;
    for (LabelledExamples source : sources) {
      if (i < source.size()) {
        return use.apply(source, i);
      }
      i -= source.size();
    }
    throw new IllegalArgumentException("there is no image " + image + ".");
  }
}
