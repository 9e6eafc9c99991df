/**
 * Applies a growth operator: on a backend, or on the host where it only copies.
 *
 * <pre>{@code
 * GrowthPlan plan = GrowthPlan.of(small, Sizes.SAME.withLayers(12));
 * GrowthOperator operator = new StackMethod().operator(plan, 0);
 * try (HuggingFaceDirectory source = HuggingFaceDirectory.open(Path.of("bert-small"))) {
 *   new OperatorApplication(operator, source::read, () -> backend)
 *       .run((name, values) -> System.out.println(name + " " + values.spec()));
 * }
 * }</pre>
 */
package dev.ligo.core.growth.apply;
