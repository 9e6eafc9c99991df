/** The command line. */
@NullMarked
package dev.ligo.cli;

import org.jspecify.annotations.NullMarked;
