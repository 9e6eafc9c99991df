/** The command {@code ligo demo}. */
package dev.ligo.cli.demo;
