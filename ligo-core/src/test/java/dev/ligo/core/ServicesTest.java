package dev.ligo.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ligo.core.growth.GrowthMethod;
import dev.ligo.core.train.TrainingStrategy;
import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The class path finds the same providers as the module path. */
class ServicesTest {
  private static final Path CLASSES = Path.of("target/classes");

  private static ModuleDescriptor descriptor() throws IOException {
    try (InputStream in = Files.newInputStream(CLASSES.resolve("module-info.class"))) {
      return ModuleDescriptor.read(in);
    }
  }

  @ParameterizedTest
  @ValueSource(classes = {GrowthMethod.class, TrainingStrategy.class})
  void descriptorAndServicesFilesNameTheSame(Class<?> service) throws IOException {
    List<String> provided =
        descriptor().provides().stream()
            .filter(p -> p.service().equals(service.getName()))
            .flatMap(p -> p.providers().stream())
            .toList();
    assertThat(Files.readAllLines(CLASSES.resolve("META-INF/services/" + service.getName())))
        .containsExactlyInAnyOrderElementsOf(provided)
        .isSorted();
    assertThat(ServiceLoader.load(service).stream().map(p -> p.type().getName()).toList())
        .containsAll(provided);
  }

  @Test
  void allProvidedServicesAreCompared() throws IOException {
    assertThat(descriptor().provides())
        .extracting(ModuleDescriptor.Provides::service)
        .containsExactlyInAnyOrderElementsOf(
            Set.of(GrowthMethod.class.getName(), TrainingStrategy.class.getName()));
  }
}
