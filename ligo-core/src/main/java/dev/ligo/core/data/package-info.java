/** What training reads: sources of batches, and what is asked of a task to make one. */
package dev.ligo.core.data;
