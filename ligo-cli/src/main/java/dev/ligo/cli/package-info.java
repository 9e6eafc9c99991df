/**
 * The command line: one class for each command, groups of options that commands share, and what
 * they print with. {@link dev.ligo.cli.LigoCommand} puts them together.
 */
package dev.ligo.cli;
