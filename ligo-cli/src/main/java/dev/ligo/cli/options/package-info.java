/** Groups of options that several commands share. */
package dev.ligo.cli.options;
