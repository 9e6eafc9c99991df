/** Reports, tables, progress, errors and exit codes of the commands. */
package dev.ligo.cli.console;
