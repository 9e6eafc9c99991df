/** The command {@code ligo methods}. */
package dev.ligo.cli.methods;
