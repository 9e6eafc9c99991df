/** The growth methods that ligo ships, each a service and a file of its own. */
package dev.ligo.core.growth.method;
