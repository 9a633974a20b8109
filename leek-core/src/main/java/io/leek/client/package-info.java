/** The connection to a server: pipelined, bounded in time, reconnecting. */
@NullMarked
package io.leek.client;

import org.jspecify.annotations.NullMarked;
