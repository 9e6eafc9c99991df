package dev.ligo.it.growth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ligo.api.Backend;
import dev.ligo.api.BackendOptions;
import dev.ligo.api.Backends;
import dev.ligo.api.HostArray;
import dev.ligo.core.Ligo;
import dev.ligo.core.growth.AxisMap;
import dev.ligo.core.growth.GrowthOperator;
import dev.ligo.core.growth.GrowthPlan;
import dev.ligo.core.growth.ParameterGrowth;
import dev.ligo.core.growth.Term;
import dev.ligo.core.growth.apply.OperatorApplication;
import dev.ligo.core.growth.method.LigoMethod;
import dev.ligo.core.growth.method.LigoOptions;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The whole operator against one explicit matrix: vec(Θ_large) = M vec(Θ_small), with M built from
 * Kronecker products as Wang et al. write them (equations 3 to 6), on a tiny model in float64.
 */
@ParameterizedClass
@ValueSource(strings = {"pytorch", "tensorflow"})
class OperatorAgainstExplicitMatrixTest {
  /** Sums of at most some dozen products of numbers around 1, in two orders: 1e-16 each. */
  private static final double TOLERANCE = 1e-12;

  private static Backend backend;
  private static Ligo ligo;

  @Parameter String name;

  @BeforeParameterizedClassInvocation
  static void open(String name) {
    backend = Backends.open(name, BackendOptions.cpu().withThreads(1));
    ligo = Ligo.create();
  }

  @AfterParameterizedClassInvocation
  static void close() {
    backend.close();
  }

  @ParameterizedTest
  @CsvSource({
    "DENSE, SHARED",
    "DENSE, LARGE",
    "DENSE, SMALL",
    "ROWS, SHARED",
    "ROWS, LARGE",
    "ROWS, SMALL"
  })
  void everyParameterEqualsTheExplicitProduct(AxisMap.Form form, AxisMap.Sharing sharing) {
    GrowthPlan plan =
        new GrowthPlan(TinyBert.model(ligo, 2, 4, 2, 6), TinyBert.model(ligo, 3, 6, 3, 8));
    LigoOptions options =
        LigoOptions.defaults()
            .withForm(form)
            .withSharing(sharing)
            .withStart(LigoOptions.DepthStart.STACK, 0, LigoOptions.WidthStart.SELECTION);
    GrowthOperator operator = randomised(new LigoMethod(options).operator(plan, 1));
    Map<String, HostArray> small = TinyBert.values(plan.small(), 2);
    Map<String, HostArray> large = new TreeMap<>();
    new OperatorApplication(operator, small::get, () -> backend).run(large::put);

    assertThat(large.keySet()).isEqualTo(plan.large().layout().shapes().keySet());
    for (ParameterGrowth g : operator.parameters().values()) {
      double[] expected = explicit(g, operator.factors(), small);
      double[] found = concatenated(g, large);
      assertThat(found).hasSameSizeAs(expected);
      for (int i = 0; i < expected.length; i++) {
        assertThat(found[i])
            .as("%s, entry %d", g.name(), i)
            .isCloseTo(expected[i], org.assertj.core.api.Assertions.within(TOLERANCE));
      }
    }
  }

  /** Gives every factor random values: learned ones have no structure. */
  static GrowthOperator randomised(GrowthOperator operator) {
    Map<String, HostArray> factors = new TreeMap<>();
    operator.factors().forEach((n, a) -> factors.put(n, TinyBert.random(a.shape(), 3, n, false)));
    return operator.withValues(factors, operator.fresh());
  }

  /**
   * M vec(Θ_small) for the layers of one parameter. With factors of small layers (or shared ones) M
   * = (w ⊗ I) · blockdiag(A_j ⊗ B_j), width first; with factors of large layers M = blockdiag(A_l ⊗
   * B_l) · (w ⊗ I), depth first.
   */
  static double[] explicit(
      ParameterGrowth g, Map<String, HostArray> factors, Map<String, HostArray> small) {
    Term term = g.parts().get(0).get(0);
    int smallSize = (int) g.small().shape().size();
    int largeSize = (int) g.large().shape().size();
    boolean perLarge =
        term.maps().stream()
            .anyMatch(m -> m instanceof AxisMap.Factor f && f.sharing() == AxisMap.Sharing.LARGE);
    Matrix w = matrix(term.depth(), factors, 0);
    int widthLayers = perLarge ? g.largeLayers() : g.smallLayers();
    Matrix width = Matrix.zeros(widthLayers * largeSize, widthLayers * smallSize);
    for (int layer = 0; layer < widthLayers; layer++) {
      width.put(layer * largeSize, layer * smallSize, kronecker(term, factors, layer), 1);
    }
    Matrix m =
        perLarge
            ? width.times(w.kronecker(Matrix.identity(smallSize)))
            : w.kronecker(Matrix.identity(largeSize)).times(width);
    double[] theta = new double[g.smallLayers() * smallSize];
    for (int j = 0; j < g.smallLayers(); j++) {
      System.arraycopy(Matrix.vec(small.get(g.small().at(j))), 0, theta, j * smallSize, smallSize);
    }
    return m.times(theta);
  }

  /** A ⊗ B of a layer; for a vector B. */
  private static Matrix kronecker(Term term, Map<String, HostArray> factors, int layer) {
    Matrix b = matrix(term.maps().get(0), factors, layer);
    return term.maps().size() == 1 ? b : matrix(term.maps().get(1), factors, layer).kronecker(b);
  }

  private static Matrix matrix(AxisMap map, Map<String, HostArray> factors, int layer) {
    if (!(map instanceof AxisMap.Factor f)) {
      return Matrix.identity(map.small());
    }
    int index = f.sharing() == AxisMap.Sharing.SHARED ? 0 : layer;
    Matrix values = Matrix.of(factors.get(f.name()), index);
    if (f.form() == AxisMap.Form.DENSE) {
      return values;
    }
    Matrix m = Matrix.zeros(f.large(), f.small());
    m.put(0, 0, Matrix.identity(f.small()), 1);
    m.put(f.small(), 0, values, 1);
    return m;
  }

  static double[] concatenated(ParameterGrowth g, Map<String, HostArray> large) {
    int size = (int) g.large().shape().size();
    double[] all = new double[g.largeLayers() * size];
    for (int l = 0; l < g.largeLayers(); l++) {
      System.arraycopy(Matrix.vec(large.get(g.large().at(l))), 0, all, l * size, size);
    }
    return all;
  }
}
