/**
 * What a comparison found out, as one HTML page that stands alone: it needs no network and no other
 * file. All numbers in its text come in words; how they are written is the caller's.
 */
@org.jspecify.annotations.NullMarked
package dev.ligo.cli.report;
