package dev.ligo.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ligo.api.Backends;
import java.io.File;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The tests of this module run without an engine: no native library can be loaded by them. */
class FastLaneTest {
  /** The one way to an engine is a provider, and there is none but the plain backend's. */
  @Test
  void thePlainBackendIsTheOnlyOne() {
    assertThat(Backends.available()).extracting(Backends.Status::name).containsExactly("plain");
  }

  /** The first words of the names of classes of engines, tokenizers and their loaders. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "ai.djl.engine.Engine",
        "ai.djl.pytorch.jni.PyTorchLibrary",
        "ai.djl.huggingface.tokenizers.HuggingFaceTokenizer",
        "org.bytedeco.javacpp.Loader",
        "org.tensorflow.TensorFlow",
        "com.sun.jna.Native"
      })
  void noLoaderOfNativesCanBeReached(String type) {
    assertThatThrownBy(() -> Class.forName(type, false, getClass().getClassLoader()))
        .isInstanceOf(ClassNotFoundException.class);
  }

  /** No jar that the tests are given has a native library inside, by the names that they have. */
  @Test
  void noJarOfNativesIsThere() {
    assertThat(given())
        .isNotEmpty()
        .noneMatch(p -> p.matches(".*(djl|pytorch|tensorflow|javacpp|bytedeco|-native).*"));
  }

  private static List<String> given() {
    return Stream.of("jdk.module.path", "java.class.path", "surefire.test.class.path")
        .map(p -> System.getProperty(p, ""))
        .flatMap(p -> Stream.of(p.split(File.pathSeparator, -1)))
        .filter(p -> !p.isEmpty())
        .map(p -> new File(p).getName())
        .toList();
  }
}
