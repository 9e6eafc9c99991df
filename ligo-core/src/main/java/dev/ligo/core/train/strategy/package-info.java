/** The training strategies that ligo ships, each a service and a file of its own. */
package dev.ligo.core.train.strategy;
