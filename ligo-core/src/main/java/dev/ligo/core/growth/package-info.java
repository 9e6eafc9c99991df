/**
 * Growth is one algebra: a {@link dev.ligo.core.growth.GrowthMethod} yields, for a {@link
 * dev.ligo.core.growth.GrowthPlan}, a {@link dev.ligo.core.growth.GrowthOperator}, which makes
 * every parameter of the large model a sum of Kronecker {@link dev.ligo.core.growth.Term}s of the
 * small model's. LiGO's terms hold factors that are learned.
 */
package dev.ligo.core.growth;
