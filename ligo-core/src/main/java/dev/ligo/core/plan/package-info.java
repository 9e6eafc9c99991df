/**
 * Says whether growing pays, from what and when: laws of loss over compute, what comparisons
 * measured, and the forecast that follows. It knows no model and no command.
 */
@org.jspecify.annotations.NullMarked
package dev.ligo.core.plan;
