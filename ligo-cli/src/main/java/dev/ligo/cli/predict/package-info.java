/** The command {@code ligo predict}. */
package dev.ligo.cli.predict;
