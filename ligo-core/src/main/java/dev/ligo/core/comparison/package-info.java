/**
 * Compares ways to begin: {@link dev.ligo.core.comparison.Comparison} trains every {@link
 * dev.ligo.core.comparison.Candidate} on the same data, and {@link
 * dev.ligo.core.comparison.ComparisonResults} says what each saved of what scratch took.
 */
@org.jspecify.annotations.NullMarked
package dev.ligo.core.comparison;
