package dev.ligo.testkit;

import dev.ligo.api.spi.Kernels;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Optional;

/**
 * Kernels that answer "compose me" to every fused operation, so that on any backend the default
 * compositions run. What may be composed is what returns an {@link Optional}.
 */
final class PrimitiveKernels {
  private PrimitiveKernels() {}

  @SuppressWarnings("unchecked") // the proxy implements Kernels, whatever their handles
  static <H> Kernels<H> of(Kernels<H> kernels) {
    return (Kernels<H>)
        Proxy.newProxyInstance(
            Kernels.class.getClassLoader(),
            new Class<?>[] {Kernels.class},
            (proxy, method, arguments) ->
                method.getReturnType() == Optional.class
                    ? Optional.empty()
                    : invoke(kernels, method, arguments));
  }

  static Object invoke(Object target, Method method, Object[] arguments) throws Throwable {
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}
