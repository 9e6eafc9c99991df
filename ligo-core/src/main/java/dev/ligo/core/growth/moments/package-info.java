/**
 * Grows AdamW's moments with the parameters that they belong to.
 *
 * <pre>{@code
 * MomentGrowth moments = new MomentGrowth(operator, name -> true);
 * moments.first(first::get, () -> backend, grownFirst::put);
 * moments.second(second::get, () -> backend, grownSecond::put);
 * }</pre>
 */
package dev.ligo.core.growth.moments;
