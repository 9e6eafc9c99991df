/**
 * Compares ways to begin: {@link dev.ligo.core.comparison.Comparison} trains every {@link
 * dev.ligo.core.comparison.Candidate} on the same data, and {@link
 * dev.ligo.core.comparison.ComparisonResults} says what each saved of what scratch took.
 *
 * <pre>{@code
 * ComparisonResults results = ComparisonResults.read(Path.of("compared"));
 * for (ComparisonResults.Outcome o : results.outcomes()) {
 *   System.out.println(o.name() + " saved net " + o.netSaving().mean());
 * }
 * }</pre>
 */
@org.jspecify.annotations.NullMarked
package dev.ligo.core.comparison;
