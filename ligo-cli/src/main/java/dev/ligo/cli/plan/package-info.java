/** The command {@code ligo plan}. */
package dev.ligo.cli.plan;
