package dev.ligo.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ligo.api.AdamW;
import dev.ligo.api.Backend;
import dev.ligo.api.BackendOptions;
import dev.ligo.api.DType;
import dev.ligo.api.Tensor;
import dev.ligo.api.Tensors;
import dev.ligo.api.spi.Kernels;
import dev.ligo.backend.plain.PlainBackendProvider;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * The table leaves no operation out: while its cases run, each call of a kernel is traced back to
 * the method of the API through which the case came to it.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CoverageTest {
  private static final Set<String> API =
      Stream.of(Tensor.class, Tensors.class, AdamW.class)
          .map(Class::getName)
          .collect(Collectors.toUnmodifiableSet());

  /** Public methods that are no operations. */
  private static final Set<String> ACCESSORS = Set.of("spec", "dtype", "shape", "toString");

  /** Operations without a single value to compare; two contracts of their own cover them. */
  private static final Set<String> METHODS_ELSEWHERE =
      Set.of(
          "dev.ligo.api.Tensor.dropout(D)Ldev/ligo/api/Tensor;",
          "dev.ligo.api.AdamW.apply(Ldev/ligo/api/AdamW$State;Ldev/ligo/api/Tensor;"
              + "Ldev/ligo/api/AdamW$Step;)Ldev/ligo/api/AdamW$State;",
          "dev.ligo.api.AdamW.apply(Ljava/util/List;Ljava/util/List;Ljava/util/Optional;"
              + "Ldev/ligo/api/AdamW$Step;)Ljava/util/List;");

  private static final Set<String> KERNELS_ELSEWHERE = Set.of("dropoutMask", "adamW");

  private final Set<String> methods = new TreeSet<>();
  private final Set<String> kernels = new TreeSet<>();

  @BeforeAll
  void runTheTable() {
    DecoratedProvider tracing = new DecoratedProvider(new PlainBackendProvider(), this::traced);
    try (Backend backend = Backend.open(tracing, BackendOptions.cpu())) {
      for (OperationCase c : OperationCases.all()) {
        for (DType dtype : c.dtypes()) {
          new OperationCheck(c, dtype).run(backend);
        }
      }
    }
  }

  @SuppressWarnings("unchecked") // the proxy implements Kernels, whatever their handles
  private <H> Kernels<H> traced(Kernels<H> traced) {
    return (Kernels<H>)
        Proxy.newProxyInstance(
            Kernels.class.getClassLoader(),
            new Class<?>[] {Kernels.class},
            (proxy, kernel, arguments) -> {
              kernels.add(kernel.getName());
              methods.add(StackWalker.getInstance().walk(CoverageTest::entry));
              return PrimitiveKernels.invoke(traced, kernel, arguments);
            });
  }

  /** Returns the outermost of the API's methods that lead to a kernel with no other's between. */
  private static String entry(Stream<StackWalker.StackFrame> frames) {
    return frames
        .filter(f -> !f.getClassName().startsWith("java."))
        .dropWhile(f -> !API.contains(f.getClassName()))
        .takeWhile(f -> API.contains(f.getClassName()))
        .reduce((inner, outer) -> outer)
        .map(f -> f.getClassName() + "." + f.getMethodName() + f.getDescriptor())
        .orElseThrow();
  }

  private static Stream<String> operations(Class<?> type) {
    return Arrays.stream(type.getDeclaredMethods())
        .filter(m -> Modifier.isPublic(m.getModifiers()) && !ACCESSORS.contains(m.getName()))
        .map(m -> type.getName() + "." + m.getName() + descriptor(m));
  }

  private static String descriptor(Method m) {
    return MethodType.methodType(m.getReturnType(), m.getParameterTypes())
        .toMethodDescriptorString();
  }

  @Test
  void everyOperationHasACase() {
    Set<String> uncovered = new TreeSet<>();
    operations(Tensor.class).forEach(uncovered::add);
    operations(Tensors.class).forEach(uncovered::add);
    operations(AdamW.class).filter(m -> m.contains(".apply(")).forEach(uncovered::add);
    uncovered.removeAll(methods);
    assertThat(uncovered).as("operations without a case").isEqualTo(METHODS_ELSEWHERE);
  }

  @Test
  void everyKernelIsCalled() {
    Set<String> uncalled =
        Arrays.stream(Kernels.class.getDeclaredMethods())
            .map(Method::getName)
            .collect(Collectors.toCollection(TreeSet::new));
    uncalled.removeAll(kernels);
    assertThat(uncalled).as("kernels that no case calls").isEqualTo(KERNELS_ELSEWHERE);
  }
}
