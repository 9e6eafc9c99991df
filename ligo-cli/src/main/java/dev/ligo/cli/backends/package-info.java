/** The command {@code ligo backends}. */
package dev.ligo.cli.backends;
