/** The command {@code ligo inspect}. */
package dev.ligo.cli.inspect;
