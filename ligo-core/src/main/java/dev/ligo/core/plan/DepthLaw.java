package dev.ligo.core.plan;

/**
 * When to stack a shallow decoder, by the published law of G_stack: log₁₀ d = 0.88 · log₁₀ N +
 * 163.27 / log₁₀ C − 5.74, for {@value #FACTOR} times the layers (Du et al., "Stacking Your
 * Transformers: A Closer Look at Model Growth for Efficient LLM Pre-Training", arXiv 2405.15319). N
 * are the large model's parameters, C the operations of its training, 6 for each parameter and
 * token, and d the tokens that the shallow model is trained on.
 *
 * <p>It was fitted to causal language models of 410 million and 1.1 billion parameters, stacked
 * after 1 to 50 billion tokens. It knows no data, no width, and no other method. For little compute
 * it asks for more tokens than there are.
 */
public final class DepthLaw {
  /** The growth factor that the law is for: the layers of the large model over the small one's. */
  public static final int FACTOR = 4;

  /** The fewest parameters of a large model that the law was fitted to. */
  public static final double LEAST_PARAMETERS = 410e6;

  /** The most parameters of a large model that the law was fitted to. */
  public static final double MOST_PARAMETERS = 1.1e9;

  private static final double OF_PARAMETERS = 0.88;
  private static final double OF_COMPUTE = 163.27;
  private static final double CONSTANT = -5.74;
  private static final double FLOPS_OF_A_TOKEN = 6;

  private DepthLaw() {}

  /**
   * {@return the tokens to train the shallow model on}
   *
   * @param parameters those of the large model
   * @param tokens those that the large model from scratch would be trained on
   */
  public static double tokens(double parameters, double tokens) {
    double compute = FLOPS_OF_A_TOKEN * parameters * tokens;
    return Math.pow(
        10, OF_PARAMETERS * Math.log10(parameters) + OF_COMPUTE / Math.log10(compute) + CONSTANT);
  }

  /**
   * {@return whether the law was fitted to models of this size}
   *
   * @param parameters those of the large model
   */
  public static boolean covers(double parameters) {
    return parameters >= LEAST_PARAMETERS && parameters <= MOST_PARAMETERS;
  }
}
