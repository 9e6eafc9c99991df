/** What the commands that train a model share: its options and its report. */
package dev.ligo.cli.training;
