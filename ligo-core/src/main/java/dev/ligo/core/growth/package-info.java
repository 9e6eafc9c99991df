/**
 * Growth is one algebra: a {@link dev.ligo.core.growth.GrowthMethod} yields, for a {@link
 * dev.ligo.core.growth.GrowthPlan}, a {@link dev.ligo.core.growth.GrowthOperator}, which makes
 * every parameter of the large model a sum of Kronecker {@link dev.ligo.core.growth.Term}s of the
 * small model's. LiGO's terms hold factors that are learned.
 *
 * <pre>{@code
 * public final class Mirror implements GrowthMethod {
 *   public String name() {
 *     return "mirror";
 *   }
 *
 *   public String summary() {
 *     return "deepens: the layers, and then the layers backwards";
 *   }
 *
 *   public GrowthOperator operator(GrowthPlan plan, long seed) {
 *     return Depths.deepen(
 *         name(), plan, seed, (l, small, large) -> l < small ? l : large - 1 - l);
 *   }
 * }
 * }</pre>
 */
package dev.ligo.core.growth;
