/** What goes over the socket: the Faktory Work Protocol, version 2, and Leek's own verb. */
@NullMarked
package io.leek.wire;

import org.jspecify.annotations.NullMarked;
