/** What commands print with: reports, tables, progress, errors and exit codes. */
package dev.ligo.cli.console;
