/** The command {@code ligo clean}. */
package dev.ligo.cli.clean;
