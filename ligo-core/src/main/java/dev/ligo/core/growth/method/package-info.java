/**
 * The growth methods that ligo ships, each a service and a file of its own.
 *
 * <pre>{@code
 * GrowthPlan plan = GrowthPlan.of(small, Sizes.SAME.withHidden(768));
 * GrowthOperator operator = new FpiMethod().operator(plan, 0);
 * }</pre>
 */
package dev.ligo.core.growth.method;
