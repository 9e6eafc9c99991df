/**
 * Says whether growing pays, from what and when: laws of loss over compute, what comparisons
 * measured, and the forecast that follows. It knows no model and no command.
 *
 * <pre>{@code
 * Forecast forecast = new Forecast(Evidence.published(), "bert", 110_000_000, 1e18);
 * Forecast.Small half =
 *     new Forecast.Small(Evidence.Kind.BOTH, 0.15, Set.of("copy", "ligo"), Optional.empty());
 * for (Forecast.Proposal p : forecast.proposals(List.of(half))) {
 *   System.out.println(p.method() + ": " + p.verdict() + ", net saving " + p.net().mean());
 * }
 * }</pre>
 */
@org.jspecify.annotations.NullMarked
package dev.ligo.core.plan;
