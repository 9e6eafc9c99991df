/** The command {@code ligo verify}. */
package dev.ligo.cli.verify;
