/**
 * Hyperparameters of growth methods and training strategies: declared once, with their types,
 * ranges, defaults and help, from which constructors, records, options of commands and tables of
 * the documentation are made.
 *
 * <pre>{@code
 * Hyperparameter<Double> RATE =
 *     Hyperparameter.real("rate", 0.1, Interval.closedOpen(0, 1), "the rate of the last layer");
 *
 * Hyperparameters values = Hyperparameters.of(RATE, 0.1);
 * values.parse("rate", "0.2").get(RATE); // 0.2
 * values.parse("rate", "2");             // HyperparameterException: … should be a number in [0, 1)
 * }</pre>
 */
package dev.ligo.core.hyperparameter;
