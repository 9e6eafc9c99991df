/** The command {@code ligo grow}. */
package dev.ligo.cli.grow;
