/** The server as a whole: its settings, and the order in which it starts and stops. */
@NullMarked
package io.leek.server;

import org.jspecify.annotations.NullMarked;
