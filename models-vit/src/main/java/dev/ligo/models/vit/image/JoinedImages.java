package dev.ligo.models.vit.image;

import java.util.List;

/**
 * The images of several sources, one after the other.
 *
 * @param sources the sources
 */
record JoinedImages(List<LabelledImages> sources) implements LabelledImages {
  private interface Use<T> {
    T of(LabelledImages source, int image);
  }

  @Override
  public int size() {
    return sources.stream().mapToInt(LabelledImages::size).sum();
  }

  @Override
  public int label(int image) {
    return at(image, LabelledImages::label);
  }

  @Override
  public void pixels(int image, byte[] into) {
    at(
        image,
        (source, i) -> {
          source.pixels(i, into);
          return into;
        });
  }

  private <T> T at(int image, Use<T> use) {
    int i = image;
    for (LabelledImages source : sources) {
      if (i < source.size()) {
        return use.of(source, i);
      }
      i -= source.size();
    }
    throw new IllegalArgumentException("there is no image " + image + ".");
  }
}
