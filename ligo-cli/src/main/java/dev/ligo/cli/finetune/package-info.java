/** The command {@code ligo finetune}. */
package dev.ligo.cli.finetune;
