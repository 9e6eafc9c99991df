/** Files: reading and writing that an interrupt does not destroy, and hashes. */
package dev.ligo.core.io;
