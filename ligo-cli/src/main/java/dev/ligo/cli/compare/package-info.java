/** The command {@code ligo compare}, its presets and its report. */
package dev.ligo.cli.compare;
