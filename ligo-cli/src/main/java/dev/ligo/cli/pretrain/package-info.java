/** The command {@code ligo pretrain}. */
package dev.ligo.cli.pretrain;
