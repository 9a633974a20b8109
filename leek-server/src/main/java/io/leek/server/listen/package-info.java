/** Ports and sessions; a command is answered only after the store has committed. */
@NullMarked
package io.leek.server.listen;

import org.jspecify.annotations.NullMarked;
