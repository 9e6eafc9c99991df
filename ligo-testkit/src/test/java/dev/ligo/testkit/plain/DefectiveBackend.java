package dev.ligo.testkit.plain;

import dev.ligo.api.Backend;
import dev.ligo.api.BackendOptions;
import dev.ligo.api.spi.BackendProvider;
import dev.ligo.testkit.BackendConformance;
import dev.ligo.testkit.Behaviour;
import java.util.Set;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * The kit's test of the defect that the configuration parameter names; run by DefectsTest alone.
 */
@ExtendWith(DefectiveBackend.Chosen.class)
final class DefectiveBackend extends BackendConformance {
  static final String PARAMETER = "ligo.defect";

  private final Defect defect;

  DefectiveBackend(Defect defect) {
    this.defect = defect;
  }

  /** Finds the defect. */
  static final class Chosen implements ParameterResolver {
    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
      return parameter.getParameter().getType() == Defect.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
      String name = context.getConfigurationParameter(PARAMETER).orElseThrow();
      return Defect.all().stream().filter(d -> d.name().equals(name)).findFirst().orElseThrow();
    }
  }

  @Override
  protected Backend open() {
    return Backend.open(provider(), BackendOptions.cpu());
  }

  @Override
  protected BackendProvider provider() {
    return defect;
  }

  @Override
  protected Set<Behaviour> behaviours() {
    return Set.of(Behaviour.RECOMPUTES);
  }
}
