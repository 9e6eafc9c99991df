/** The command {@code ligo evaluate}. */
package dev.ligo.cli.evaluate;
